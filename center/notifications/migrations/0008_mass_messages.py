from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_useless_after")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="mass",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="one of many"
            ),
        ),
    ]
