"""What the public API answers, held against its own OpenAPI file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator

from catalogue.models import Product
from certification.models import Certificate
from tests import make
from tests.api.asking import SUPPLIER

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.urls")]
PATHS = {"/api/v1/products", "/api/v1/products/{product_id}", "/api/v1/certificates/{number}"}
NUL, LONG = "%00", "9" * 5000


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from shop.api.api import api

    return json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))  # type: ignore[no-any-return]


@pytest.fixture
def ask(client: Client, document: dict[str, Any]) -> Any:
    """GET an address; the answer is JSON that the OpenAPI file promises for that path and status."""

    def get(address: str, path: str, status: int = 200) -> Any:
        response = client.get(f"/api/v1{address}", headers={"accept-language": "en"})
        assert response.status_code == status, response.content[:300]
        promised = document["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
        Draft202012Validator({**promised, "components": document["components"]}).validate(response.json())
        return response.json()

    return get


def on_sale(**fields: Any) -> Product:
    product = make.product(**fields)
    make.certificate(product, at=timezone.now())
    return product


def certificate(**fields: Any) -> Certificate:
    return make.certificate(make.product(title="灰枣", title_en="Grey jujubes"), at=timezone.now(), **fields)


def test_the_document_is_served_names_the_paths_and_is_whole(client: Client, document: dict[str, Any]) -> None:
    served = client.get("/api/v1/openapi.json")

    assert served.status_code == 200
    assert served.json() == document
    assert {path for path in document["paths"] if not path.startswith(SUPPLIER)} == PATHS
    assert document["openapi"].startswith("3.1")
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids)) > len(PATHS)
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False
        described = [field for field in schema.get("properties", {}).values() if "$ref" not in field]
        assert all("description" in field for field in described), schema["title"]


def test_no_docs_page_loads_a_foreign_script(client: Client) -> None:
    assert client.get("/api/v1/docs").status_code == 404


def test_the_list_tells_price_weight_names_and_moment_in_their_units(ask: Any) -> None:
    until = datetime(2099, 1, 2, 3, 4, 5, tzinfo=UTC)
    product = on_sale(title="灰枣", title_en="Grey jujubes", price="39.90", origin=make.place("653223100"))
    Product.objects.filter(pk=product.pk).update(certified_until=until)

    page = ask("/products", "/api/v1/products")

    item = page["items"][0]
    supplier = make.supplier_of(product)
    assert page["count"] == 1
    assert (item["id"], item["title"], item["title_en"]) == (product.pk, "灰枣", "Grey jujubes")
    assert (item["price_fen"], item["net_content_g"]) == (3990, 500)
    assert item["certified_until"] == "2099-01-02T03:04:05Z"
    assert item["county"] == {"code": make.PISHAN, "name": "皮山县", "name_en": f"Place {make.PISHAN}"}
    assert item["supplier"] == {"code": supplier.code, "name": supplier.name, "name_en": supplier.name_en}


def test_only_what_is_on_sale_is_listed_and_readable(ask: Any) -> None:
    shown = on_sale()
    hidden = [on_sale(is_public=False), make.product(), on_sale()]
    Product.objects.filter(pk=hidden[2].pk).update(certified_until=timezone.now() - timedelta(seconds=1))

    page = ask("/products", "/api/v1/products")
    refusals = [
        ask(f"/products/{key}", "/api/v1/products/{product_id}", 404)
        for key in (*(product.pk for product in hidden), 10**9, 10**30, 0, -1)
    ]

    assert [item["id"] for item in page["items"]] == [shown.pk]
    assert ask(f"/products/{shown.pk}", "/api/v1/products/{product_id}")["id"] == shown.pk
    assert len({json.dumps(refusal) for refusal in refusals}) == 1
    assert "No product with this number is on sale" in refusals[0]["detail"]


def test_words_and_county_narrow_the_list(ask: Any) -> None:
    jujubes = on_sale(title="灰枣", supplier=make.partner(county=make.PISHAN))
    walnuts = on_sale(title="核桃仁", supplier=make.partner(county=make.YECHENG))

    def keys(parameters: str) -> set[int]:
        page = ask(f"/products?{parameters}", "/api/v1/products")
        assert page["count"] == len(page["items"])
        return {item["id"] for item in page["items"]}

    assert keys("query=jujube") == keys(f"county={make.PISHAN}") == {jujubes.pk}
    assert keys("query=核桃仁") == keys(f"county={make.YECHENG}") == {walnuts.pk}
    assert keys(f"query=jujube&county={make.YECHENG}") == keys("county=999999") == set()
    assert keys("query=&county=&page=1") == {jujubes.pk, walnuts.pk}


def test_pages_hold_24_and_together_every_product_once(ask: Any) -> None:
    supplier = make.partner()
    made = {on_sale(supplier=supplier).pk for _ in range(25)}

    pages = [ask(f"/products?page={number}", "/api/v1/products") for number in (1, 2)]

    assert [len(page["items"]) for page in pages] == [24, 1]
    assert [page["count"] for page in pages] == [25, 25]
    assert {item["id"] for page in pages for item in page["items"]} == made
    assert "25 products make 2 pages" in ask("/products?page=3", "/api/v1/products", 422)["detail"]


def test_one_product_and_24_take_the_same_number_of_queries(client: Client) -> None:
    counts = []

    for number in (1, 23):
        for _ in range(number):
            on_sale(origin=make.place("653223100"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/products?query=核桃")
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ("page=0", "page takes a whole number from 1"),
        ("page=-3", "page takes"),
        ("page=two", "page takes"),
        ("page=1.5", "page takes"),
        ("page=", "page takes"),
        (f"page={NUL}", "page takes"),
        (f"page={LONG}", "page takes"),
        ("page=" + "9" * 40, "There is no page 9999"),
        ("page=2", "0 products make 1 pages"),
        ("query=" + "a" * 101, "query takes at most 100 characters"),
        ("county=皮山", "county takes the 6 digits"),
        ("county=653223%0A", "county takes"),
        (f"county={NUL}", "county takes"),
        ("county=65%25", "county takes"),
        ("county=６５３２２３", "county takes"),
        ("pgae=2", "There is no parameter pgae"),
        ("page=0&county=x", "page takes a whole number from 1; county takes the 6 digits"),
    ],
)
def test_wrong_parameters_are_refused_with_words(ask: Any, parameters: str, words: str) -> None:
    assert words in ask(f"/products?{parameters}", "/api/v1/products", 422)["detail"]


@pytest.mark.parametrize("said", [NUL, "%ff%fe", "%F0%9F%A5%9C", "%25", "_", "'%20OR%201=1", "%ED%A0%80", "%0d%0aX:y"])
def test_odd_words_find_nothing(ask: Any, said: str) -> None:
    on_sale()

    assert ask(f"/products?query={said}", "/api/v1/products") == {"items": [], "count": 0}


@pytest.mark.parametrize("key", ["abc", "1.5", NUL, "%ff", LONG, "１x", "%20", "--1"])
def test_a_product_key_that_is_no_number_is_refused_with_words(ask: Any, key: str) -> None:
    assert "product_id takes" in ask(f"/products/{key}", "/api/v1/products/{product_id}", 422)["detail"]


def test_one_product_tells_origin_commodity_storage_and_valid_certificates(ask: Any) -> None:
    origin = make.place("653223100", name="固玛镇")
    said = {"storage": "阴凉", "storage_en": "cool", "ingredients": "核桃", "ingredients_en": "nuts"}
    product = on_sale(origin=origin, description="好", **said)
    ended = make.certificate(product, at=timezone.now() - timedelta(days=800))
    Product.objects.filter(pk=product.pk).update(certified_until=timezone.now() + timedelta(days=1))

    told = ask(f"/products/{product.pk}", "/api/v1/products/{product_id}")

    assert told["origin"]["name"] == "固玛镇"
    assert told["county"]["name"] == "皮山县"
    assert told["commodity"] == {"code": "walnut", "name": "核桃", "name_en": "walnut"}
    assert (told["storage"], told["storage_en"], told["description"]) == ("阴凉", "cool", "好")
    assert (told["ingredients"], told["ingredients_en"]) == ("核桃", "nuts")
    assert len(told["certificates"]) == 1
    assert ended.number not in told["certificates"]


def test_a_product_without_price_place_or_commodity_is_still_told(ask: Any) -> None:
    product = on_sale(origin=None, commodity=None)
    product.stockrecords.update(price=None)

    told = ask(f"/products/{product.pk}", "/api/v1/products/{product_id}")

    assert (told["price_fen"], told["origin"], told["county"], told["commodity"]) == (None, None, None, None)


def test_a_certificate_tells_product_supplier_scheme_issuer_and_period(ask: Any) -> None:
    held = certificate(until=datetime(2099, 1, 1, tzinfo=UTC))

    told = ask(f"/certificates/{held.number}", "/api/v1/certificates/{number}")

    assert told["number"] == held.number
    assert (told["state"], told["reason"], told["season"]) == ("certified", None, "2026")
    assert told["product"] == {"id": held.product_id, "title": "灰枣", "title_en": "Grey jujubes"}
    assert told["supplier"]["code"] == held.partner.code
    assert told["scheme"] == {"code": held.scheme.code, "version": 1, "name": "县级认定", "name_en": "County scheme"}
    assert told["issuer"] == {"name": "皮山县", "name_en": "Pishan County"}
    assert told["valid_until"] == "2099-01-01T00:00:00Z"
    assert told["valid_from"].endswith("Z")


@pytest.mark.parametrize(
    ("state", "reason"),
    [("suspended", "抽检不合格"), ("revoked", "抽检不合格"), ("expired", None), ("certified", None)],
)
def test_a_reason_is_told_for_suspension_and_revocation_only(ask: Any, state: str, reason: str | None) -> None:
    held = certificate()
    Certificate.objects.filter(pk=held.pk).update(state=state, state_reason="抽检不合格")

    told = ask(f"/certificates/{held.number}", "/api/v1/certificates/{number}")

    assert (told["state"], told["reason"]) == (state, reason)


def test_a_certificate_whose_time_has_ended_is_expired_before_anybody_wrote_it_down(ask: Any) -> None:
    held = certificate()
    past = timezone.now() - timedelta(seconds=1)
    Certificate.objects.filter(pk=held.pk).update(valid_until=past)

    assert ask(f"/certificates/{held.number}", "/api/v1/certificates/{number}")["state"] == "expired"


def test_a_certificate_names_no_person(client: Client) -> None:
    held = certificate()

    body = client.get(f"/api/v1/certificates/{held.number}").content.decode()

    assert held.issued_by.email not in body
    assert "issued_by" not in body


def test_an_unknown_number_is_not_found_with_words(ask: Any) -> None:
    refusal = ask("/certificates/C-99999", "/api/v1/certificates/{number}", 404)

    assert "No certificate has the number C-99999" in refusal["detail"]


@pytest.mark.parametrize("number", [NUL, "a" * 31, "%ff", "a%20b", "x%0a", "'%22", "🥜"])
def test_a_number_that_cannot_be_one_is_refused_with_words(ask: Any, number: str) -> None:
    assert "number takes" in ask(f"/certificates/{number}", "/api/v1/certificates/{number}", 422)["detail"]


def test_a_refusal_is_json_whatever_the_readers_language(client: Client) -> None:
    response = client.get("/api/v1/products/0")

    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/json")
    assert response.json()["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["products", "products/1", "certificates/C-1"])
def test_nothing_can_be_written(client: Client, method: str, address: str) -> None:
    product = on_sale()

    response = getattr(client, method)(f"/api/v1/{address}")

    assert response.status_code == 405
    assert {"GET", "HEAD"} <= set(response["Allow"].replace(" ", "").split(","))
    assert Product.objects.filter(pk=product.pk).exists()


def test_head_answers_as_get_without_a_body(client: Client) -> None:
    product = on_sale()

    for address in ("products", f"products/{product.pk}"):
        response = client.head(f"/api/v1/{address}")
        assert (response.status_code, response.content) == (200, b"")
    assert client.head("/api/v1/products/0").status_code == 404


@pytest.mark.parametrize("address", ["", "households", "products/1/certificates", "products/", "%00", "%ff/"])
def test_an_address_that_is_none_is_answered_in_json(client: Client, address: str) -> None:
    response = client.get(f"/api/v1/{address}", headers={"accept-language": "en"})

    assert response.status_code == 404
    assert "Nothing is at this address" in response.json()["detail"]


def test_a_flood_of_parameters_is_refused(client: Client) -> None:
    response = client.get("/api/v1/products?" + "&".join(f"p{number}=1" for number in range(1200)))

    assert response.status_code == 400
    assert "detail" in response.json()


def test_reading_sets_no_cookie(client: Client) -> None:
    assert not client.get("/api/v1/products").cookies
