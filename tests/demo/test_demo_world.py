"""The demo world as it stands after loading: complete, in every state, clean by the self-check, and loaded once."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.conf import global_settings, settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Max, Model, Sum
from django.test import Client

from catalogue import search
from catalogue.listings.models import Revision
from catalogue.models import Place, Product
from catalogue.partner.models import Partner
from certification.households import consents
from certification.households.models import ConsentEvent, Household
from certification.models import Application, Certificate, Officer, Role
from logistics import quotes
from logistics.models import Hop, LotStock, Node, Shipment
from shop.accounts.models import User
from shop.demo import claims, people, plan, source, world
from shop.demo.moments import Calendar
from shop.demo.progress import Progress
from shop.order.models import Consignment, Line, Order
from shop.payments.models import Payment
from shop.payments.testgateway import process
from shop.reports import selfcheck
from shop.reports.models import MonthClose
from shop.revenue.models import Dispute, Entry, PayoutBatch, PayoutItem, Posting, Share

NOW = datetime(2026, 6, 17, 6, 30, tzinfo=UTC)  # a Wednesday, 14:30 in Shanghai
WANTED = world.Wanted(orders=40, with_pictures=False)
QUIET = Progress(None)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[str]:
    """One small world for all tests of this file, taken back afterwards; gives the address of its gateway."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        process.running(state=folder / "gateway.sqlite3", api_key=settings.STRIPE_SECRET_KEY) as gateway,
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr(settings, "STRIPE_API_BASE", gateway.url)
        patch.setattr(settings, "VAR_DIR", folder)
        patch.setattr(settings, "PRIVATE_ROOT", folder / "private")
        people._hash.cache_clear()  # another test may have made one with the quick hasher
        world.load(wanted=WANTED, now=NOW, progress=QUIET)
        yield gateway.url
        transaction.set_rollback(True)


def states(model: type[Model], field: str = "state") -> set[str]:
    return set(model._default_manager.order_by().values_list(field, flat=True).distinct())


def row_counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models() if model._meta.managed}


def test_a_second_run_changes_nothing_and_says_so(demo: str) -> None:
    before, said = row_counts(), StringIO()

    call_command("load_demo", stdout=said)

    assert "nothing was changed" in said.getvalue()
    assert row_counts() == before
    assert before["order.Order"] > 0


def test_the_self_check_finds_nothing(demo: str) -> None:
    connection.check_constraints()

    assert selfcheck.run(at=NOW) == []


def test_the_gateway_books_say_what_the_ledger_says(demo: str) -> None:
    with urllib.request.urlopen(demo + "/test/books") as answer:
        books = json.load(answer)["totals"]["cny"]

    kinds = [Entry.Kind.PAYMENT, Entry.Kind.REFUND]
    held = Posting.objects.filter(account="gateway", entry__kind__in=kinds).aggregate(total=Sum("fen"))["total"]

    assert held == books["net"] > 0
    assert books["amount_refunded"] > 0


def test_all_places_of_the_edition_stand_with_their_english_names(demo: str) -> None:
    rows = source.rows("divisions-2023.csv", source.PLACES)

    assert Place.objects.filter(edition="2023", valid_from=date(2023, 1, 1)).count() == len(rows)
    assert Place.objects.get(code="653223").name_en.startswith("Pishan County")


def test_suppliers_products_and_households_are_complete(demo: str) -> None:
    counts = [model._default_manager.count() for model in (Partner, Product, Household)]

    assert counts == [17, 74, 300]
    assert not Product.objects.filter(stockrecords__price__isnull=True).exists()
    assert not Product.objects.filter(categories=None).exists()


def test_articles_stand_in_every_state_of_the_review(demo: str) -> None:
    states = Counter(Revision.objects.values_list("state", "lists"))

    assert states == {("draft", True): 2, ("submitted", True): 1, ("question", True): 1, ("submitted", False): 1}
    assert Product.objects.filter(is_public=True).count() == 70


def test_the_five_enterprises_of_pishan_have_nineteen_applications(demo: str) -> None:
    inside = Application.objects.filter(partner__county="653223", partner__kind="enterprise")

    assert inside.values("partner").distinct().count() == 5
    assert inside.count() == 19
    assert inside.aggregate(total=Sum("output_value_fen"))["total"] == claims.PISHAN_OUTPUT_FEN


def test_at_least_45_products_are_on_sale_and_nearly_all_in_stock(demo: str) -> None:
    on_sale = Product.objects.on_sale(NOW)

    assert on_sale.count() >= 45
    assert on_sale.filter(stockrecords__num_in_stock__gt=0).count() >= 45
    assert on_sale.filter(stockrecords__num_in_stock=0).exists()


@pytest.mark.parametrize(
    ("model", "field", "wanted"),
    [
        (Application, "state", set(Application.State.values) - {"draft"}),
        (Certificate, "state", set(Certificate.State.values)),
        (Order, "status", {"placed", "paid", "shipping", "delivered", "cancelled"}),
        (Order, "channel", {"online", "collaborative", "stationed_team"}),
        (Payment, "state", {"pending", "succeeded", "failed"}),
        (Shipment, "state", set(Shipment.State.values)),
        (Share, "state", set(Share.State.values)),
        (PayoutBatch, "state", set(PayoutBatch.State.values)),
        (PayoutItem, "state", set(PayoutItem.State.values)),
        (Dispute, "state", set(Dispute.State.values)),
        (Officer, "role", set(Role.values)),
        (ConsentEvent, "decision", set(ConsentEvent.Decision.values)),
        (Entry, "kind", set(Entry.Kind.values)),
    ],
)
def test_every_state_is_there(demo: str, model: type[Model], field: str, wanted: set[str]) -> None:
    assert states(model, field) >= wanted


def test_a_draft_waits_with_its_supplier(demo: str) -> None:
    draft = Application.objects.get(state="draft")

    assert not draft.moves.exists()


def test_a_household_that_left_has_no_consent_left_and_keeps_its_shares(demo: str) -> None:
    gone = list(Household.objects.exclude(left_at=None))

    assert gone
    assert not any(consents.stands(household=each, purpose="settlement", at=NOW) for each in gone)


def test_somebody_was_refunded_in_part_and_somebody_in_full(demo: str) -> None:
    given_back = Line.objects.filter(refunded_fen__gt=0, accepted_at__isnull=False)

    assert given_back.filter(refunded_fen__lt=F("price_fen")).exists()
    assert given_back.filter(refunded_fen=F("price_fen")).exists()


def test_a_refund_after_the_payout_was_borne_by_the_reserve(demo: str) -> None:
    assert Share.objects.filter(borne_fen__gt=0).exists()


def test_packs_of_cooperatives_lie_at_their_village_and_of_enterprises_at_the_county_centre(demo: str) -> None:
    tiers = Counter(LotStock.objects.values_list("lot__partner__kind", "node__tier"))

    assert set(tiers) == {("cooperative", "village"), ("enterprise", "county")}


def test_every_way_passes_exactly_one_county_centre(demo: str) -> None:
    counties = set(Node.objects.filter(tier="county").values_list("code", flat=True))

    passed = {
        len({code for hop in way for code in (hop["origin"], hop["destination"])} & counties)
        for way in Consignment.objects.values_list("way", flat=True)
    }

    assert passed == {1}


@pytest.mark.parametrize("temperature", ["ambient", "cool", "chilled", "frozen"])
def test_every_province_has_a_door_that_each_temperature_class_reaches(demo: str, temperature: str) -> None:
    origin, doors = Node.objects.get(code="C653223"), list(Node.objects.filter(tier="door").select_related("place"))

    for door in doors:
        quote = quotes.quote(origin=origin, division=door.place, grams=1000, temperature=temperature, at=NOW)
        assert quote.destination == door
    assert len(doors) == 31


def test_nothing_happens_after_now(demo: str) -> None:
    latest = [
        model._default_manager.aggregate(last=Max(field))["last"]
        for model, field in (
            (Order, "date_placed"), (Order, "paid_at"), (Hop, "out_at"), (Hop, "in_at"), (Entry, "booked_at"),
            (Share, "confirmed_at"), (PayoutItem, "evidenced_at"), (Dispute, "decided_at"), (Certificate, "state_at"),
            (MonthClose, "closed_at"), (Payment, "succeeded_at"),
        )
    ]  # fmt: skip

    assert max(latest) <= NOW


def test_the_months_that_are_over_are_closed_except_the_last(demo: str) -> None:
    closed = MonthClose.objects.order_by("month").values_list("month", flat=True)

    assert list(closed) == [date(2026, 3, 1), date(2026, 4, 1)]


def test_no_letter_about_the_past_waits_to_be_sent(demo: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        waiting = cursor.fetchone()[0]

    assert waiting == 0


def test_every_printed_account_exists_and_the_printed_password_opens_one(demo: str, settings: Any) -> None:
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the world was loaded before the quick one was set
    addresses = {person.email for person in people.SIGN_INS}

    found = set(User.objects.filter(email__in=addresses).values_list("email", flat=True))

    assert found == addresses
    assert authenticate(username=people.BUYER, password=people.PASSWORD) is not None
    assert authenticate(username=people.BUYER, password=people.PASSWORD + "x") is None


def test_the_people_of_the_settlement_may_each_do_one_thing(demo: str) -> None:
    for address, permission in people.PERMISSIONS.items():
        assert User.objects.get(email=address).get_all_permissions() == {permission}


def test_the_table_shows_the_password_and_the_household_once_there_is_one(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    before = people.table()

    (tmp_path / people.HOUSEHOLD_FILE).write_text("reference H-00001, code AAAA\n")

    assert "H-00001" not in before
    assert "H-00001" in people.table()
    assert people.PASSWORD in before
    assert len(people.PASSWORD) >= 12


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "绿洲集市"),
        ("/guide/", "购买指南"),
        ("/en/guide/", "How to buy"),
        ("/transparency/", "我们核对了什么"),
        ("/en/terms/", "Terms of sale"),
        ("/stories/", "产地故事"),
        ("/en/stories/naan-for-breakfast/", "The oven at six in the morning"),
    ],
)
def test_the_pages_stand_in_both_languages(demo: str, path: str, words: str) -> None:
    answer = Client().get(path)

    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_production_is_refused_unless_told(settings: Any) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="into-production"):
        call_command("load_demo")


def test_the_same_moment_gives_the_same_wishes_and_another_seed_gives_others() -> None:
    calendar = Calendar(NOW)
    sold = claims.sold_until(calendar)

    first, again, other = (
        plan.draw(calendar, orders=60, sold_until=sold, rng=world.dice(number)) for number in (1, 1, 2)
    )

    assert first == again
    assert first != other


def test_a_larger_scale_asks_for_more_of_everything() -> None:
    calendar = Calendar(NOW)
    sold = claims.sold_until(calendar)

    small, large = (plan.draw(calendar, orders=orders, sold_until=sold, rng=world.dice(1)) for orders in (60, 600))

    assert sum(plan.grams_by_sku(large).values()) > 5 * sum(plan.grams_by_sku(small).values())


def test_whoever_closes_months_finds_the_button(demo: str) -> None:
    client = Client()
    client.force_login(User.objects.get(email=people.CLOSER))

    assert client.get("/official/").status_code == 200


@pytest.mark.parametrize("words", ["红枣", "jujube", "核桃", "walnut"])
def test_the_goods_of_the_demo_are_found_by_words(demo: str, words: str) -> None:
    assert search.narrow(Product.objects.all(), words).exists()
