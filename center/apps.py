from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.contrib.staticfiles import apps as staticfiles
from django.utils.translation import gettext_lazy as _


class CenterConfig(AppConfig):
    name = "center"
    verbose_name = _("People and notices")
    default = True

    def ready(self) -> None:
        from center import checks  # noqa: F401  (registers the start-up checks)


class CenterAdminConfig(admin.AdminConfig):
    default_site = "center.admin_site.CenterAdminSite"
    default = False


class CenterStaticFilesConfig(staticfiles.StaticFilesConfig):
    """Collects our own files; of the npm packages only what the font script cut out."""

    ignore_patterns = [
        *staticfiles.StaticFilesConfig.ignore_patterns,
        "node_modules",
        "package.json",
        "package-lock.json",
    ]
