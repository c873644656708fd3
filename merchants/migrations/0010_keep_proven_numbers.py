from django.db import migrations
from django.db.models import Exists, OuterRef


def keep_proven_numbers(apps, schema_editor):
    """A business keeps its number that was verified once, by its history, or that was never
    anybody's draft: it came from the center's own register."""
    events = apps.get_model("merchants", "MerchantEvent").objects.filter(pgh_obj_id=OuterRef("pk"))
    waiting = apps.get_model("merchants", "Merchant").objects.filter(
        state__in=["submitted", "returned"]
    )
    waiting.filter(Exists(events.filter(state="verified"))).update(keeps_number=True)
    waiting.filter(~Exists(events.filter(state="draft"))).update(keeps_number=True)


class Migration(migrations.Migration):
    dependencies = [("merchants", "0009_number_kept")]

    operations = [migrations.RunPython(keep_proven_numbers, migrations.RunPython.noop)]
