from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "center.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from center import closing, exports
        from center.figures import registry
        from center.reports import messages, outside, tables  # noqa: F401  (registers itself)
        from center.reports.exports import saved_tables_of, subscriptions_of
        from center.reports.services import subscribing

        registry.add(groups=[outside.GROUP], cuts=outside.CUTS, tables=outside.TABLES)
        closing.on_leaving("report_subscriptions", subscribing.forget)
        exports.register("report_subscriptions", subscriptions_of)
        exports.register("saved_tables", saved_tables_of)
        closing.on_leaving("saved_tables", tables.forget)
