"""The blocks of a text page take the name of the field they replace."""

import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("pages", "0003_text_becomes_blocks")]

    operations = [
        migrations.AlterField("textpage", "body", wagtail.fields.RichTextField(blank=True, default="")),
        migrations.RemoveField("textpage", "body"),
        migrations.RenameField("textpage", "blocks", "body"),
    ]
