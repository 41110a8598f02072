from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from exchange.exports import register_export
        from exchange.jobs import register_task
        from organizations.changes import name_services

        # Named by their paths: few commands make a notice or a workbook.
        register_task("make_notices", "reports.notices.runs.perform_run")
        register_export("auditor_workbook", "reports.workbook.export.write")
        register_export("notice_files", "reports.notices.files.write_personal")
        name_services(
            {
                "draft_notice": _("notice drafted"),
                "refresh_notice": _("figures of the notice made anew"),
                "change_notice": _("words of the notice changed"),
                "review_notice": _("notice reviewed"),
                "send_back_notice": _("notice given back to be changed"),
                "issue_notice": _("notice issued"),
                "withdraw_notice": _("notice withdrawn"),
                "discard_notice": _("notice discarded"),
                "save_schedule": _("schedule of notices"),
                "reply_to_notice": _("notice answered"),
            }
        )
