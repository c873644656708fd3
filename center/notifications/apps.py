from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "center.notifications"
    label = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from center import health
        from center.notifications import checks, selectors  # noqa: F401  (registers the checks)

        autodiscover_modules("messages")
        health.also_examine("messages", selectors.health)
