import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('merchants', '0005_register_imports'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='suspension',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='suspension',
            name='update_update',
        ),
        migrations.AddField(
            model_name='document',
            name='touched_at_revision',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='documentevent',
            name='touched_at_revision',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='suspension',
            name='touched_at_revision',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='suspensionevent',
            name='touched_at_revision',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "merchants_documentevent" ("checked_at", "ended_at", "id", "kind_id", "merchant_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "touched_at_revision", "uploaded_at", "uploaded_by_id", "valid_until") VALUES (NEW."checked_at", NEW."ended_at", NEW."id", NEW."kind_id", NEW."merchant_id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."state", NEW."touched_at_revision", NEW."uploaded_at", NEW."uploaded_by_id", NEW."valid_until"); RETURN NULL;', hash='466fc667c443723b11455f9ae50457e84c73ca32', operation='INSERT', pgid='pgtrigger_insert_insert_f1b4c', table='merchants_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "merchants_documentevent" ("checked_at", "ended_at", "id", "kind_id", "merchant_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "state", "touched_at_revision", "uploaded_at", "uploaded_by_id", "valid_until") VALUES (NEW."checked_at", NEW."ended_at", NEW."id", NEW."kind_id", NEW."merchant_id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."state", NEW."touched_at_revision", NEW."uploaded_at", NEW."uploaded_by_id", NEW."valid_until"); RETURN NULL;', hash='5b0a1c20362c10dfe48acf8a9fae0a1e35cb5e05', operation='UPDATE', pgid='pgtrigger_update_update_eeed6', table='merchants_document', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='suspension',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "merchants_suspensionevent" ("created_at", "ends", "id", "imposed_by_id", "lifted_at", "lifted_by_id", "merchant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts", "touched_at_revision") VALUES (NEW."created_at", NEW."ends", NEW."id", NEW."imposed_by_id", NEW."lifted_at", NEW."lifted_by_id", NEW."merchant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."starts", NEW."touched_at_revision"); RETURN NULL;', hash='079a6e81332ed45d26309f60ca88cddff174cac8', operation='INSERT', pgid='pgtrigger_insert_insert_fb388', table='merchants_suspension', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='suspension',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "merchants_suspensionevent" ("created_at", "ends", "id", "imposed_by_id", "lifted_at", "lifted_by_id", "merchant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts", "touched_at_revision") VALUES (NEW."created_at", NEW."ends", NEW."id", NEW."imposed_by_id", NEW."lifted_at", NEW."lifted_by_id", NEW."merchant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."starts", NEW."touched_at_revision"); RETURN NULL;', hash='51e26f3660f51182ab612d003ab60913ef37e9d6', operation='UPDATE', pgid='pgtrigger_update_update_7fbdb', table='merchants_suspension', when='AFTER')),
        ),
    ]
