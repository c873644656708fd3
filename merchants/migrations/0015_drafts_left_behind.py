from django.db import migrations
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now


def empty_drafts_left_behind(apps, schema_editor):
    """Whoever began a registration and closed the account left a draft that looked like a
    visitor of the counter. The nightly destruction takes its files, or all of it."""
    was_somebodys = apps.get_model("merchants", "MembershipEvent").objects.filter(
        merchant_id=OuterRef("pk")
    )
    drafts = apps.get_model("merchants", "Merchant").objects.filter(
        Exists(was_somebodys), state="draft", memberships=None, emptied_at=None
    )
    drafts.update(
        name="탈퇴한 방문자",
        number=None,
        representative="",
        address="",
        phone="",
        online_shops="",
        founded_on=None,
        emptied_at=Now(),
        revision=F("revision") + 1,
    )


class Migration(migrations.Migration):
    dependencies = [("merchants", "0014_emptied_drafts")]

    operations = [migrations.RunPython(empty_drafts_left_behind, migrations.RunPython.noop)]
