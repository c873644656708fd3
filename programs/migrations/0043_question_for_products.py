from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0042_rules_in_use'),
    ]

    operations = [
        migrations.AlterField(
            model_name='question',
            name='kind',
            field=models.CharField(choices=[('line', 'one line'), ('text', 'several lines'), ('choice', 'one of a list'), ('choices', 'several of a list'), ('number', 'a number'), ('date', 'a date'), ('file', 'a file'), ('products', 'a list of products')], max_length=8, verbose_name='kind of answer'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'products')), fields=('program',), name='question_for_products_once'),
        ),
    ]
