from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "center.notifications"
    label = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        from center import closing, exports, health, rights, subjects
        from center.notifications import checks, retention, selectors  # noqa: F401  (register themselves)
        from center.notifications.affected import by_messages
        from center.notifications.answers import tell_answered
        from center.notifications.closing import empty_messages
        from center.notifications.exports import messages_to, ways_to

        autodiscover_modules("messages")
        health.also_examine("messages", selectors.health)
        exports.register("messages", messages_to)
        exports.register("message_ways", ways_to)
        subjects.register("message", by_messages)
        closing.on_leaving("messages", empty_messages)
        rights.on_answer("messages", tell_answered)
