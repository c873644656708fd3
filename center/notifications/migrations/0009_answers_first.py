from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside everybody who writes messages meanwhile: the outbox is looked through once."""

    atomic = False
    dependencies = [("notifications", "0008_mass_messages")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "failed"])),
                fields=["mass", "due_at"],
                name="message_answers_first",
            ),
        ),
        RemoveIndexConcurrently(model_name="message", name="message_claimable"),
    ]
