import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """What somebody was sent today is asked before each message; the index of the person alone
    read all of the past for it. The new one serves the foreign key as well. Beside everybody who
    writes messages meanwhile."""

    atomic = False
    dependencies = [("notifications", "0009_answers_first")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(fields=["recipient", "created_at"], name="message_by_day"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS"
                    " notifications_message_recipient_id_f5c7dd5a",
                    "CREATE INDEX CONCURRENTLY IF NOT EXISTS"
                    " notifications_message_recipient_id_f5c7dd5a"
                    " ON notifications_message (recipient_id)",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="message",
                    name="recipient",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recipient",
                    ),
                )
            ],
        ),
    ]
