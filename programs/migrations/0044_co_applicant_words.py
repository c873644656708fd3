from django.db import migrations, models

_STATES = [('asked', 'Asked'), ('confirmed', 'Takes part'), ('declined', 'Declined')]


def _named(model):
    return migrations.AlterField(
        model_name=model,
        name='state',
        field=models.CharField(choices=_STATES, default='asked', max_length=9, verbose_name='state'),
    )


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0043_question_for_products'),
    ]

    operations = [_named('coapplicant'), _named('coapplicantevent')]
