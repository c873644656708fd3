from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Holds for what is written from now on; the rows there are come in 0034 and 0035."""

    dependencies = [("bookings", "0032_refusals_in_words")]

    operations = [
        AddConstraintNotValid(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "requested"), _negated=True)
                | models.Q(("decide_until__isnull", False)),
                name="booking_request_has_a_promise",
            ),
        )
    ]
