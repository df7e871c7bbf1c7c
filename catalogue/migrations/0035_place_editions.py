"""A row of places is a division and never a code; what bears a code on a day is one thing (docs/adr/0012)."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import catalogue.models
from catalogue.append_only import append_only

PLACE_STAYS = """
CREATE FUNCTION place_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.code, NEW.level, NEW.valid_from) <> (OLD.code, OLD.level, OLD.valid_from)
        OR NEW.parent_id IS DISTINCT FROM OLD.parent_id THEN
        RAISE EXCEPTION 'Place % stays where it was; another division gets a row of its own.', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.level IN ('township', 'village') AND (NEW.name <> OLD.name
        OR OLD.valid_to IS NOT NULL AND NEW.valid_to IS DISTINCT FROM OLD.valid_to) THEN
        RAISE EXCEPTION 'Place % stays %, until the day it ended; under another name it is another division.',
            OLD.code, OLD.name USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.name <> OLD.name AND OLD.name IS DISTINCT FROM (
        SELECT name FROM catalogue_formername WHERE place_id = OLD.code ORDER BY valid_to DESC LIMIT 1) THEN
        RAISE EXCEPTION 'Place % was called %; write that former name before the new one.', OLD.code, OLD.name
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_place_stays BEFORE UPDATE ON catalogue_place
    FOR EACH ROW EXECUTE FUNCTION place_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0034_search")]

    operations = [
        BtreeGistExtension(),
        migrations.RemoveConstraint(model_name="place", name="place_code_is_gbt2260"),
        migrations.AlterField(
            model_name="place",
            name="code",
            field=models.CharField(max_length=14, primary_key=True, serialize=False),
        ),
        migrations.AddField(
            model_name="place",
            name="digits",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("code"),
                    models.Value("[a-z]"),
                    models.Value(""),
                    models.Value("g"),
                    function="regexp_replace",
                ),
                output_field=models.CharField(max_length=12),
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code__regex", "^[0-9]{2}$"), ("level", "province")),
                    models.Q(("code__regex", "^[0-9]{4}$"), ("level", "prefecture")),
                    models.Q(("code__regex", "^[0-9]{6}$"), ("level", "county")),
                    models.Q(("code__regex", "^[0-9]{6}[b-z]?[0-9]{3}$"), ("level", "township")),
                    models.Q(("code__regex", "^[0-9]{6}([b-z]?[0-9]{3}){2}$"), ("level", "village")),
                    _connector="OR",
                ),
                name="place_code_is_of_its_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", None), ("code__startswith", models.F("parent")), _connector="OR"),
                name="place_lies_in_its_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"),
                name="place_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="place",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("digits", "="), (catalogue.models.DateRange("valid_from", "valid_to"), "&&")],
                name="place_code_has_one_bearer_a_day",
            ),
        ),
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_names",
                        to="catalogue.place",
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("name_en", models.CharField(blank=True, max_length=100)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField()),
                ("known_until", models.DateTimeField()),
            ],
            options={"ordering": ["place", "valid_to"]},
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to__gt", models.F("valid_from"))),
                name="former_name_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="formername",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("place", "="), (catalogue.models.DateRange("valid_from", "valid_to"), "&&")],
                name="former_name_one_a_day",
            ),
        ),
        append_only("catalogue_formername"),
        migrations.RunSQL(PLACE_STAYS, "DROP TRIGGER catalogue_place_stays ON catalogue_place; DROP FUNCTION place_stays;"),
    ]
