from django.db import migrations


def forget_kept_promises(apps, schema_editor):
    """A decision ends the promise to decide by a time; it used to stay on the row."""
    merchants = apps.get_model("merchants", "Merchant").objects.exclude(state="submitted")
    merchants.filter(decide_until__isnull=False).update(decide_until=None)


class Migration(migrations.Migration):
    dependencies = [("merchants", "0007_states_that_make_sense")]

    operations = [migrations.RunPython(forget_kept_promises, migrations.RunPython.noop)]
