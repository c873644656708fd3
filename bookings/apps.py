from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Spaces and bookings")

    def ready(self) -> None:
        from bookings import house, messages  # noqa: F401  (models are ready only now)
        from bookings.affected import by_bookings
        from bookings.closing import bookings_nobody_else_minds, leave_waiting_lists
        from bookings.exports import bookings_of, waiting_of
        from center import business_days, closing, exports, subjects

        business_days.kept_by(lambda: house.current().business_days)
        exports.register("bookings", bookings_of)
        exports.register("waiting", waiting_of)
        closing.on_leaving("waiting", leave_waiting_lists)
        subjects.register("booking", by_bookings)
        closing.stands_in_the_way("bookings", bookings_nobody_else_minds)
