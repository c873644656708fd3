import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('merchants', '0008_promises_end_with_decisions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='merchant',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='merchant',
            name='update_update',
        ),
        migrations.AddField(
            model_name='merchant',
            name='keeps_number',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='merchantevent',
            name='keeps_number',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='merchant',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "merchants_merchantevent" ("address", "business_ended_on", "business_status", "created_at", "decide_until", "decided_at", "decided_by_id", "disabled_owned", "district", "founded_on", "id", "keeps_number", "kind", "market_area", "name", "number", "online_shops", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "representative", "return_note", "return_reasons", "review_asked_at", "revision", "section", "state", "status_checked_at", "submitted_at", "verified_until", "women_owned", "youth_owned") VALUES (NEW."address", NEW."business_ended_on", NEW."business_status", NEW."created_at", NEW."decide_until", NEW."decided_at", NEW."decided_by_id", NEW."disabled_owned", NEW."district", NEW."founded_on", NEW."id", NEW."keeps_number", NEW."kind", NEW."market_area", NEW."name", NEW."number", NEW."online_shops", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."representative", NEW."return_note", NEW."return_reasons", NEW."review_asked_at", NEW."revision", NEW."section", NEW."state", NEW."status_checked_at", NEW."submitted_at", NEW."verified_until", NEW."women_owned", NEW."youth_owned"); RETURN NULL;', hash='0657f2e9ffa5391a4f319ca48120c9748fe4ed0c', operation='INSERT', pgid='pgtrigger_insert_insert_559be', table='merchants_merchant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='merchant',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "merchants_merchantevent" ("address", "business_ended_on", "business_status", "created_at", "decide_until", "decided_at", "decided_by_id", "disabled_owned", "district", "founded_on", "id", "keeps_number", "kind", "market_area", "name", "number", "online_shops", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "representative", "return_note", "return_reasons", "review_asked_at", "revision", "section", "state", "status_checked_at", "submitted_at", "verified_until", "women_owned", "youth_owned") VALUES (NEW."address", NEW."business_ended_on", NEW."business_status", NEW."created_at", NEW."decide_until", NEW."decided_at", NEW."decided_by_id", NEW."disabled_owned", NEW."district", NEW."founded_on", NEW."id", NEW."keeps_number", NEW."kind", NEW."market_area", NEW."name", NEW."number", NEW."online_shops", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."representative", NEW."return_note", NEW."return_reasons", NEW."review_asked_at", NEW."revision", NEW."section", NEW."state", NEW."status_checked_at", NEW."submitted_at", NEW."verified_until", NEW."women_owned", NEW."youth_owned"); RETURN NULL;', hash='93e65f1d6591853d8e10e37a81645e4f1ecb4e37', operation='UPDATE', pgid='pgtrigger_update_update_44659', table='merchants_merchant', when='AFTER')),
        ),
    ]
