
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('merchants', '0003_document_kinds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='suspension',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='suspension',
            name='update_update',
        ),
        migrations.AddField(
            model_name='suspension',
            name='imposed_by',
            field=models.ForeignKey(help_text='Empty: by the rule of the house, by itself.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='suspended by'),
        ),
        migrations.AddField(
            model_name='suspension',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lifted by'),
        ),
        migrations.AddField(
            model_name='suspensionevent',
            name='imposed_by',
            field=models.ForeignKey(db_constraint=False, help_text='Empty: by the rule of the house, by itself.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='suspended by'),
        ),
        migrations.AddField(
            model_name='suspensionevent',
            name='lifted_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lifted by'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='suspension',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "merchants_suspensionevent" ("created_at", "ends", "id", "imposed_by_id", "lifted_at", "lifted_by_id", "merchant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts") VALUES (NEW."created_at", NEW."ends", NEW."id", NEW."imposed_by_id", NEW."lifted_at", NEW."lifted_by_id", NEW."merchant_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."starts"); RETURN NULL;', hash='78685f5009ad655fd07ca5a20b172726131e16a0', operation='INSERT', pgid='pgtrigger_insert_insert_fb388', table='merchants_suspension', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='suspension',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "merchants_suspensionevent" ("created_at", "ends", "id", "imposed_by_id", "lifted_at", "lifted_by_id", "merchant_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "starts") VALUES (NEW."created_at", NEW."ends", NEW."id", NEW."imposed_by_id", NEW."lifted_at", NEW."lifted_by_id", NEW."merchant_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."starts"); RETURN NULL;', hash='d5ab83351576624d0fee56c177690373be7c0167', operation='UPDATE', pgid='pgtrigger_update_update_7fbdb', table='merchants_suspension', when='AFTER')),
        ),
    ]
