"""Files that were there before anybody was told of such are no news any more."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("programs", "0058_materials_told")]
    operations = [
        migrations.RunSQL(
            "UPDATE programs_material SET told_at = added_at WHERE told_at IS NULL",
            migrations.RunSQL.noop,
        )
    ]
