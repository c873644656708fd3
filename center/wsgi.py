import os

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")

application = get_wsgi_application()


def prepare() -> None:
    """Do before the first request what it would wait for: half a second of computing in every
    process, of all processes at once when an update lets people in again."""
    from center import business_days, clock  # these need the application made above

    reverse("front")  # reads in all addresses, and with them everything behind them
    business_days.public_holidays(clock.today().year)


# A server that lacks something in production ends here, naming it, instead of at night.
if settings.PRODUCTION:
    call_command("check")
prepare()
