from django.urls import path

from reports.kinds import KINDS
from reports.views import (
    directory,
    exports,
    files,
    home,
    inbox,
    notices,
    progress,
    unit,
)

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
    path("notices/", notices.notices, name="notices"),
    path("notices/new/", notices.notice_new, name="notice-new"),
    path("notices/schedules/", notices.schedules, name="schedules"),
    path("notices/schedules/new/", notices.schedule_new, name="schedule-new"),
    path("notices/schedules/<int:pk>/", notices.schedule_edit, name="schedule"),
    path("notices/<int:pk>/", notices.notice_detail, name="notice"),
    path("notices/<int:pk>/edit/", notices.notice_edit, name="notice-edit"),
    path("notices/<int:pk>/review/", notices.notice_review, name="notice-review"),
    path("notices/<int:pk>/send-back/", notices.notice_send_back, name="notice-send-back"),
    path("notices/<int:pk>/refresh/", notices.notice_refresh, name="notice-refresh"),
    path("notices/<int:pk>/issue/", notices.notice_issue, name="notice-issue"),
    path("notices/<int:pk>/withdraw/", notices.notice_withdraw, name="notice-withdraw"),
    path("notices/<int:pk>/discard/", notices.notice_discard, name="notice-discard"),
    path("notices/<int:pk>/history/", notices.notice_history, name="notice-history"),
    path("notices/<int:pk>/word/", notices.notice_word, name="notice-word"),
    path("notices/<int:pk>/pdf/", notices.notice_pdf, name="notice-pdf"),
    path("notices/<int:pk>/rows/", notices.notice_rows, name="notice-rows"),
    path("notices/<int:pk>/files/", notices.notice_files, name="notice-files"),
    path("notices/recipients/<int:pk>/", notices.notice_personal, name="notice-personal"),
    path("inbox/", inbox.received, name="inbox"),
    path("inbox/<int:pk>/", inbox.received_notice, name="received-notice"),
    path("inbox/<int:pk>/reply/", inbox.reply, name="notice-reply"),
    path("inbox/<int:pk>/word/", inbox.received_word, name="received-word"),
    path("inbox/<int:pk>/pdf/", inbox.received_pdf, name="received-pdf"),
    path("counties/<str:code>/", directory.county, name="county"),
    # Codes of units and suppliers are any text, a slash included.
    path("units/<path:code>/subordinates/", progress.subordinates, name="subordinates"),
    path("units/<path:code>/", unit.unit_detail, name="unit"),
    path("suppliers/<path:code>/", directory.supplier, name="supplier"),
]
