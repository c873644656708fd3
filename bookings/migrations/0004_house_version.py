"""A number that changes with every change of the house's settings; see ``bookings.house``."""

from django.db import migrations

TABLES = ("openinghours", "specialopening", "holidayoverride", "closure", "policy")

FORWARD = """
CREATE SEQUENCE bookings_houseversion_seq;
CREATE TABLE bookings_houseversion (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    version bigint NOT NULL DEFAULT nextval('bookings_houseversion_seq')
);
INSERT INTO bookings_houseversion DEFAULT VALUES;
CREATE FUNCTION bookings_house_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bookings_houseversion SET version = nextval('bookings_houseversion_seq');
    RETURN NULL;
END $$;
"""
BACKWARD = """
DROP FUNCTION bookings_house_changed() CASCADE;
DROP TABLE bookings_houseversion;
DROP SEQUENCE bookings_houseversion_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("bookings", "0003_constraints")]

    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER house_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                f"ON bookings_{table} FOR EACH STATEMENT EXECUTE FUNCTION bookings_house_changed()",
                migrations.RunSQL.noop,
            )
            for table in TABLES
        ),
    ]
