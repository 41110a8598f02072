from django.urls import path

from reports.kinds import KINDS
from reports.views import directory, exports, files, home, progress, unit

app_name = "reports"

urlpatterns = [
    path("", home.home, name="home"),
    path("home/<int:membership>/", home.membership_home, name="membership-home"),
    path("progress/", progress.progress_home, name="progress-home"),
    path("progress/<str:code>/", progress.progress, name="progress"),
    path("progress/<str:code>/workbook/", exports.workbook, name="workbook"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/file/", exports.export_file, name="export-file"),
    path("files/", files.files, name="files"),
    *(
        path(f"files/{kind}/", files.upload_of(terms), name=f"upload-{kind}")
        for kind, terms in KINDS.items()
    ),
    *(
        path(f"files/{kind}/template/", files.template_of(terms), name=f"template-{kind}")
        for kind, terms in KINDS.items()
    ),
    path("files/<int:pk>/", files.file, name="file"),
    path("files/<int:pk>/again/", files.file_again, name="file-again"),
    path("files/<int:pk>/report/", files.file_report, name="file-report"),
    path("files/<int:pk>/source/", files.file_source, name="file-source"),
    path("counties/<str:code>/", directory.county, name="county"),
    # Codes of units and suppliers are any text, a slash included.
    path("units/<path:code>/subordinates/", progress.subordinates, name="subordinates"),
    path("units/<path:code>/", unit.unit_detail, name="unit"),
    path("suppliers/<path:code>/", directory.supplier, name="supplier"),
]
