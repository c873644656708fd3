from django.db import migrations

# The addresses that center/log_secrets.py knew of when this was written.
CLEAN = r"""
UPDATE pghistory_context
SET metadata = jsonb_set(
    metadata, '{url}', to_jsonb(regexp_replace(metadata ->> 'url', %(key)s, '\1…'))
)
WHERE metadata ->> 'url' ~ %(key)s
"""
KEY = (
    "(/account/password/reset/key/|/account/confirm-email/|/merchants/invitations/|/calendar/"
    "|/offers/|/feedback/|/outcomes/|/notifications/(?:solapi|stop)/)[^[:space:]]+"
)


def clean(apps, schema_editor):
    """What was written before: who reads the history could have used those keys."""
    schema_editor.execute(CLEAN, {"key": KEY})


class Migration(migrations.Migration):
    dependencies = [
        ("center", "0010_user_language"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
