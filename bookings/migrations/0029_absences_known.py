from django.db import migrations

# What is out of service now has been since its damage was reported or, where none was, since it
# was booked last; where neither is known, since before the records.
FILL = """
INSERT INTO bookings_unitabsence (unit_id, starts)
SELECT u.id, coalesce(
    (SELECT max(d.reported_at) FROM bookings_damage d WHERE d.unit_id = u.id),
    (SELECT max(upper(a.during)) FROM bookings_allocation a
        WHERE a.unit_id = u.id AND upper(a.during) <= now())
)
FROM bookings_unit u
WHERE NOT u.in_service AND NOT EXISTS (
    SELECT 1 FROM bookings_unitabsence x WHERE x.unit_id = u.id AND x.ends IS NULL
)
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0028_unit_service_times")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
