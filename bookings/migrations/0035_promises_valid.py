from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("bookings", "0034_fill_promises")]

    operations = [ValidateConstraint("booking", "booking_request_has_a_promise")]
