from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.contrib.staticfiles import apps as staticfiles
from django.utils.translation import gettext_lazy as _


class CenterConfig(AppConfig):
    name = "center"
    verbose_name = _("People and notices")
    default = True

    def ready(self) -> None:
        # Registers the start-up checks, and what follows when a second factor is set up.
        from center import (  # noqa: F401
            accounts,
            attempts,
            checks,
            fault_reports,
            slow_queries,
            task_metrics,
        )

        attempts.take_turns()
        slow_queries.watch()
        fault_reports.start()


class CenterAdminConfig(admin.AdminConfig):
    default_site = "center.admin_site.CenterAdminSite"
    default = False


class CenterStaticFilesConfig(staticfiles.StaticFilesConfig):
    """Collects our own files; of the npm packages what the font script cut out, and the
    libraries that ``STATICFILES_DIRS`` names by themselves."""

    ignore_patterns = [
        *staticfiles.StaticFilesConfig.ignore_patterns,
        "node_modules",
        "package.json",
        "package-lock.json",
        "*.d.ts",
    ]
