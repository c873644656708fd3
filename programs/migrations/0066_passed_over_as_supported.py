"""A reason more for a result: passed over in a draw, because it is supported this year."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0059_materials_told_before")]
    operations = [
        migrations.AlterField(
            model_name="result",
            name="ground",
            field=models.CharField(
                choices=[
                    ("place", "within the places"),
                    ("district_place", "within the places of its district"),
                    ("in_line", "next in line"),
                    ("no_place", "no place left"),
                    ("below_threshold", "below the least score"),
                    ("repeat_share", "share for those supported before is used up"),
                    ("supported", "supported elsewhere this year"),
                ],
                max_length=16,
                verbose_name="reason",
            ),
        )
    ]
