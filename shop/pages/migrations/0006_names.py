"""The kinds of pages have names of their own; the workflow of 0005 and its task are called in Chinese."""

from django.db import migrations

BEFORE, AFTER = "Publishers approve", "发布者审核"


def rename(apps, schema_editor):
    _rename(apps, BEFORE, AFTER)


def take_back(apps, schema_editor):
    _rename(apps, AFTER, BEFORE)


def _rename(apps, before, after):
    """Only what still bears the name it was made with; another name was chosen by somebody."""
    for model in ("Workflow", "Task"):
        apps.get_model("wagtailcore", model).objects.filter(name=before).update(name=after)


class Migration(migrations.Migration):
    dependencies = [("pages", "0005_roles")]

    operations = [
        migrations.AlterModelOptions(name="homepage", options={"verbose_name": "home page"}),
        migrations.AlterModelOptions(name="textpage", options={"verbose_name": "text page"}),
        migrations.AlterModelOptions(name="indexpage", options={"verbose_name": "list of pages"}),
        migrations.AlterModelOptions(name="countypage", options={"verbose_name": "county page"}),
        migrations.AlterModelOptions(name="storypage", options={"verbose_name": "story"}),
        migrations.AlterModelOptions(name="campaignpage", options={"verbose_name": "selection"}),
        migrations.RunPython(rename, take_back),
    ]
