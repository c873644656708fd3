from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('merchants', '0010_keep_proven_numbers')]

    operations = [
        migrations.RemoveConstraint(
            model_name='merchant',
            name='merchant_number_once',
        ),
        migrations.AddConstraint(
            model_name='merchant',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['submitted', 'verified']), models.Q(('keeps_number', True), ('state', 'returned')), _connector='OR'), fields=('number',), name='merchant_number_once'),
        ),
    ]
