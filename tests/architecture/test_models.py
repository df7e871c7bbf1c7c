"""Rules that hold for every table."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

LAYERS = {"catalogue": 0, "certification": 1, "logistics": 2, "shop": 3}
OF_GOODS = {"reviews.ProductReview.score"}  # what a buyer thinks of walnuts, not of anybody
OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in LAYERS]
ROOMS = [config.label for config in apps.get_app_configs() if config.module.__name__.split(".")[0] in LAYERS]
WHOLE = (models.IntegerField, models.BigIntegerField, models.PositiveIntegerField, models.PositiveBigIntegerField)
# What is deliberately not kept about people (docs/domain.md).
NEVER = re.compile(
    r"score|rank|colou?r_of|id_?card|identity_number|national_id|ethnic|\bnation(ality)?$|religio|health|diagnos|educat|marri|"
    r"spouse|attendance|points|poverty|recruit"
)


def test_django_has_nothing_to_object_to() -> None:
    """The tests' runner does not ask; every command does, and the worker would not start."""
    call_command("check", fail_level="WARNING")


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", *ROOMS, check=True, dry_run=True)


def layer(model: type[models.Model]) -> int | None:
    """The layer of one of our models, or of the Oscar model we forked; None for other packages' models."""
    return LAYERS.get(model.__module__.split(".")[0])


def relations() -> list[tuple[str, int, int]]:
    found = []
    for model in OURS:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if isinstance(field, models.ForeignKey) and field.model is model and isinstance(target, type):
                up, down = layer(model), layer(target)
                if up is not None and down is not None and target._meta.label != "accounts.User":
                    found.append((f"{model._meta.label}.{field.name}", up, down))
    return found


def test_foreign_keys_point_down_the_house() -> None:
    upwards = [name for name, up, down in relations() if down > up]

    assert relations(), "no foreign key was looked at"
    assert upwards == []


def test_the_look_at_foreign_keys_sees_an_arrow_that_points_up() -> None:
    backwards = [name for name, up, down in relations() if up > down]

    assert "order.Line.certificate" in backwards  # seen in the other direction, so the comparison is alive


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_money_weights_and_rates_are_whole_numbers(model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        assert not isinstance(field, models.FloatField) or field.name == "rating", field  # Oscar counts stars so
        if field.name.endswith(("_fen", "_g", "_bp")) or field.name == "fen":
            assert isinstance(field, WHOLE), field


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_nothing_is_kept_that_must_not_be_known_about_people(model: type[models.Model]) -> None:
    names = [field.name for field in model._meta.concrete_fields if str(field) not in OF_GOODS]

    assert [name for name in names if NEVER.search(name)] == []


@pytest.mark.parametrize("name", ["poverty_score", "ethnic_group", "religion", "health_state", "rank"])
def test_the_list_of_what_must_not_be_known_catches(name: str) -> None:
    assert NEVER.search(name)


def test_a_household_row_says_nothing_about_who_it_is() -> None:
    household = apps.get_model("households", "Household")

    fields = {field.name for field in household._meta.concrete_fields}

    assert fields == {"id", "reference", "county", "language", "member_count", "joined_at", "left_at"}
