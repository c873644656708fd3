from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MerchantsConfig(AppConfig):
    name = "merchants"
    verbose_name = _("Businesses")

    def ready(self) -> None:
        from merchants import checks  # noqa: F401  (registers the start-up checks)
