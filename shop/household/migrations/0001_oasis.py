import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Tries',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('tried_at', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None)),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'tries',
                'indexes': [models.Index(fields=['last_at'], name='tries_old')],
            },
        ),
    ]
