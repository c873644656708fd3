from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Spaces and bookings")

    def ready(self) -> None:
        from bookings import house  # models are ready only now
        from center import business_days

        business_days.kept_by(lambda: house.current().business_days)
