from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Spaces and bookings")

    def ready(self) -> None:
        from bookings import house, messages, reports, retention  # noqa: F401  (register themselves)
        from bookings.affected import by_bookings, by_hand_overs, by_series, by_trainings
        from bookings.card import card_of
        from bookings.closing import bookings_nobody_else_minds, leave_waiting_lists
        from bookings.exports import (
            bookings_of,
            calendars_of,
            no_shows_of,
            series_of,
            trainings_of,
            waiting_of,
        )
        from bookings.services import calendars, trainings
        from center import business_days, closing, exports, subjects
        from merchants import cards

        reports.register()
        business_days.kept_by(lambda: house.current().business_days)
        cards.register("bookings", permission="bookings.view_booking", part=card_of)
        exports.register("bookings", bookings_of)
        exports.register("no_shows", no_shows_of)
        exports.register("bookings_regular", series_of)
        exports.register("trainings", trainings_of)
        exports.register("waiting", waiting_of)
        exports.register("calendars", calendars_of)
        closing.on_leaving("waiting", leave_waiting_lists)
        subjects.register("booking", by_bookings)
        subjects.register("series", by_series)
        subjects.register("handover", by_hand_overs)
        subjects.register("training", by_trainings)
        closing.on_leaving("trainings", trainings.forget)
        closing.on_leaving("calendars", calendars.end_all)
        closing.stands_in_the_way("bookings", bookings_nobody_else_minds)
