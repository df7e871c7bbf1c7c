"""The API's own description is whole: every address, reference and parameter of it is there and named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.api.asking import SUPPLIER

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from shop.api.api import api

    return json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))  # type: ignore[no-any-return]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from [node["$ref"]] if "$ref" in node else []
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from references(each)


def missing(document: dict[str, Any]) -> list[str]:
    """References that lead nowhere in the document."""
    lost = []
    for reference in references(document):
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place.get(step) if isinstance(place, dict) else None
        if place is None:
            lost.append(reference)
    return lost


def test_every_address_the_api_answers_is_described(document: dict[str, Any]) -> None:
    from shop.api.api import api

    shown = set()
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            here = "/api/v1/" + f"{prefix}{path}".lstrip("/")
            shown |= {here for operation in view.operations if operation.include_in_schema}

    assert shown == set(document["paths"])


def test_every_address_is_asked_by_a_test(document: dict[str, Any]) -> None:
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))

    for path in document["paths"]:
        assert f'"{path}"' in tests or f'"{path.removeprefix(SUPPLIER)}"' in tests, path


def test_every_operation_is_named_summed_up_and_says_what_it_refuses(document: dict[str, Any]) -> None:
    found = list(operations(document))

    assert len(found) == 15 and {method for _path, method, _operation in found} <= METHODS
    for path, _method, operation in found:
        assert operation["operationId"] and operation["summary"], path
        refuses = {"401"} if path == "/api/v1/supplier/key" else {"422"}
        assert {"200", *refuses} <= set(operation["responses"])
        assert all(answer["description"] for answer in operation["responses"].values())


def test_every_parameter_is_declared_once_and_described(document: dict[str, Any]) -> None:
    for path, _method, operation in operations(document):
        parameters = operation.get("parameters", [])
        inside = {each["name"] for each in parameters if each["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        assert len({(each["in"], each["name"]) for each in parameters}) == len(parameters)
        for each in parameters:
            assert each["required"] or each["in"] != "path"
            assert each["schema"]["description"] or each["description"]
            Draft202012Validator.check_schema(each["schema"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert len(list(references(document))) > 5
    assert missing(document) == []


def test_the_look_for_lost_references_sees_one(document: dict[str, Any]) -> None:
    broken = {**document, "x": {"$ref": "#/components/schemas/Nobody"}}

    assert missing(broken) == ["#/components/schemas/Nobody"]


def test_it_says_what_it_is(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"]["title"] == "Oasis Market" and document["info"]["version"] == "1"
    assert "whole fen" in document["info"]["description"]
