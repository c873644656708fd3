from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "center.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from center import exports
        from center.reports import messages  # noqa: F401  (registers itself)
        from center.reports.exports import subscriptions_of

        exports.register("report_subscriptions", subscriptions_of)
