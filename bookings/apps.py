from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Spaces and bookings")

    def ready(self) -> None:
        from bookings.affected import by_bookings
        from bookings.closing import bookings_nobody_else_minds
        from bookings.exports import bookings_of
        from center import closing, exports, subjects

        exports.register("bookings", bookings_of)
        subjects.register("booking", by_bookings)
        closing.stands_in_the_way("bookings", bookings_nobody_else_minds)
