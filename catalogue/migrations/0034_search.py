"""The words products are found by, with a trigram index (extension pg_trgm, part of PostgreSQL's contrib)."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0033_oasis")]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="catalogue.product",
                    ),
                ),
                ("text", models.TextField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["text"], name="search_text_trigrams", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
    ]
