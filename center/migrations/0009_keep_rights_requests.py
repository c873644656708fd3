"""A TRUNCATE would go round the trigger that keeps rights requests."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("center", "0008_rights_and_destructions")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER keep_truncate BEFORE TRUNCATE ON center_rightsrequest "
            "FOR EACH STATEMENT EXECUTE FUNCTION center_append_only()",
            "DROP TRIGGER keep_truncate ON center_rightsrequest",
        )
    ]
