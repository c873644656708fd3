from django.db import migrations

# A request nobody promised an answer to, as an import or a hand in the database may leave it.
# It is due as if the usual two days had been promised when it was made, and before its use.
FILL = """
UPDATE bookings_booking
SET decide_until = least(starts, coalesce(requested_at, created_at) + interval '2 days')
WHERE state = 'requested' AND decide_until IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0033_request_has_a_promise")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
