import os

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")

application = get_wsgi_application()

# A server that lacks something in production ends here, naming it, instead of at night.
if settings.PRODUCTION:
    call_command("check")
