from django.db import migrations
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce


def keep_proven_numbers(apps, schema_editor):
    """What 0010 did, for rows that code of the release before wrote after it, while the update
    rolled: it returned verified businesses without keeping their number for them.

    More careful than 0010, as by now a returned business can change its number and another one
    can hold the number it had: only the number its history proves, and only while nobody else
    holds it.
    """
    merchants = apps.get_model("merchants", "Merchant").objects
    events = apps.get_model("merchants", "MerchantEvent").objects
    # Founders-to-be have no number; theirs is the same as long as they have none.
    history = events.filter(pgh_obj_id=OuterRef("pk")).alias(known=Coalesce("number", Value("")))
    same = Coalesce(OuterRef("number"), Value(""))
    verified_with_it = Exists(history.filter(state="verified", known=same))
    # Never anybody's draft: it came from the center's own register, with this number.
    taken_over = ~Exists(history.filter(state="draft")) & ~Exists(history.exclude(known=same))
    held = Q(state__in=["submitted", "verified"]) | Q(state="returned", keeps_number=True)
    left = merchants.filter(state__in=["submitted", "returned"], keeps_number=False)
    found = left.filter(verified_with_it | taken_over).order_by("pk")
    for pk, number in found.values_list("pk", "number"):
        if not merchants.exclude(pk=pk).filter(held, number=number, number__isnull=False).exists():
            left.filter(pk=pk, number=number).update(keeps_number=True)


class Migration(migrations.Migration):
    dependencies = [("merchants", "0012_indexes_of_history")]

    operations = [migrations.RunPython(keep_proven_numbers, migrations.RunPython.noop)]
