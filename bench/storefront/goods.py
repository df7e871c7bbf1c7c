"""Multiply the demo world's goods to N products that are as whole as its own: `--products N`, on DATABASE_URL.

Every new product is a copy of a demo product that is certified, in stock and not fresh, with a title, slug, price and
certificate of its own, its categories, and a packed lot in stock whose grams come through a graded and a bulk lot from
real deliveries of its supplier's households: its breakdown is computed and its purchase works like any other.
Everything that grows with N is written by a few set-based statements; tables are copied with whatever columns they
have. The demo's own products are hidden, so that exactly N are on sale. `manage.py selfcheck` holds afterwards.

Left out: the review history of the copied applications (no page measured here shows it).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

UNITS = 200  # packs of each product in stock
INPUT_PERCENT = 102  # grams that go into packs: 2 % stay behind
SHARERS = 6  # households of one bulk lot
HARVESTED_BEFORE = timedelta(days=20)
LEAST, MOST = 24, 200_000
MARK = "号园"  # stands in the title of every product made here, and nowhere else on a page
CODES = {"a": 1, "b": 3, "c": 7, "d": 9, "e": 11}  # letter -> step; each title bears one code of each letter
VALUES = 400  # codes of one letter: a100 to a499
Facts = Mapping[str, Any]

# Which demo product each new one is a copy of, and the keys of its rows; n counts from 1.
PLAN = """
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
WITH base AS (
    SELECT DISTINCT ON (p.id) p.id, c.id AS certificate_id, c.application_id, s.node_id, l.partner_id
    FROM catalogue_product p
    JOIN certification_certificate c ON c.product_id = p.id AND c.state = 'certified' AND c.valid_until > %(at)s
    JOIN provenance_lot l ON l.product_id = p.id
    JOIN logistics_lotstock s ON s.lot_id = l.id
    WHERE p.is_public AND NOT p.is_fresh AND p.certified_until > %(at)s
    ORDER BY p.id, c.id, l.expires_date DESC
), numbered AS (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS many FROM base)
SELECT n, b.id AS base_id, b.certificate_id AS base_certificate, b.application_id AS base_application, b.node_id,
    b.partner_id,
    (SELECT max(id) FROM catalogue_product) + n AS product_id,
    (SELECT max(id) FROM certification_application) + n AS application_id,
    (SELECT max(id) FROM certification_certificate) + n AS certificate_id,
    (SELECT max(id) FROM provenance_lot) + 1000000 + n AS lot_id,
    date_trunc('day', %(at)s::timestamptz) + (200 + n %% 150) * interval '1 day' AS valid_until,
    (SELECT string_agg(letter || 100 + n * step %% %(values)s, ' ' ORDER BY letter)
        FROM unnest(%(letters)s::text[], %(steps)s::int[]) AS code (letter, step)) AS codes
FROM generate_series(1, %(products)s) AS n JOIN numbered b ON b.place = n %% b.many
"""
HIDE = "UPDATE catalogue_product SET is_public = false WHERE is_public"

FILL_LOTS = (
    """
    INSERT INTO provenance_lotinput (lot_id, source_id, grams)
    SELECT m.lot_id, g.id, p.net_content_g::bigint * %(units)s * %(percent)s / 100
    FROM made m JOIN catalogue_product p ON p.id = m.product_id
    JOIN graded g ON g.partner_id = m.partner_id AND g.commodity_id = p.commodity_id
    """,
    """
    UPDATE provenance_lot l SET used_g = taken.grams
    FROM (SELECT source_id, sum(grams) AS grams FROM provenance_lotinput GROUP BY source_id) taken
    WHERE taken.source_id = l.id AND l.id IN (SELECT id FROM graded)
    """,
    """
    INSERT INTO logistics_lotstock (lot_id, node_id, units, reserved_units)
    SELECT lot_id, node_id, %(units)s, 0 FROM made
    """,
    """
    INSERT INTO logistics_stockmove (lot_id, node_id, units, kind, reference, at)
    SELECT lot_id, node_id, %(units)s, 'packed', 'lot BP-' || n, %(at)s::timestamptz - interval '19 days' FROM made
    """,
)


class NothingToMultiply(Exception):
    """The database has no product that could be copied."""


def words() -> list[str]:
    """What searches ask for, 2,000 codes: each stands in the title of about one product in 400."""
    return [f"{letter}{100 + value}" for value in range(VALUES) for letter in CODES]


def copied(cursor: Any, table: str, source: str, **own: str) -> str:
    """An INSERT of copies of a table's rows: every column as it is in `old`, but for the expressions in `own`.

    source: FROM clause that joins `made m` to the table as `old`; without id= the database gives the key
    """
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " ORDER BY ordinal_position",
        [table],
    )
    columns = [name for (name,) in cursor.fetchall() if name != "id" or "id" in own]
    unknown = set(own) - set(columns)
    if unknown:
        raise ValueError(
            f"{table} has no column {', '.join(sorted(unknown))}; bench/storefront/goods.py is out of date."
        )
    values = ", ".join(own.get(name, f'old."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}"


def multiply(products: int, *, at: datetime) -> None:
    """Write the products and all that belongs to them, in one transaction; then their search words.

    Raises NothingToMultiply.
    """
    from django.db import connection, transaction

    from catalogue import search
    from catalogue.models import Product

    facts: Facts = {
        "products": products, "at": at, "mark": MARK, "units": UNITS, "percent": INPUT_PERCENT,
        "letters": list(CODES), "steps": list(CODES.values()), "values": VALUES,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PLAN, facts)
        if not cursor.rowcount:
            raise NothingToMultiply("No product is public, certified, in stock and not fresh; load the demo world.")
        cursor.execute(HIDE)
        _products(cursor, facts)
        _certificates(cursor, facts)
        _harvest(cursor, _grams(cursor), at.date() - HARVESTED_BEFORE)
        _lots(cursor, facts)
    search.refresh(Product.objects.filter(is_public=True).values_list("pk", flat=True))


def _products(cursor: Any, facts: Facts) -> None:
    title = "' · ' || m.n || %(mark)s || ' ' || m.codes"
    products = copied(
        cursor, "catalogue_product", "made m JOIN catalogue_product old ON old.id = m.base_id",
        id="m.product_id", upc="'B-' || m.n", slug="'b-' || m.n", is_public="true",
        title=f"old.title || {title}", title_en=f"old.title_en || {title}", certified_until="m.valid_until",
        date_created="%(at)s::timestamptz - m.n * interval '1 second'", date_updated="%(at)s",
    )  # fmt: skip
    records = copied(
        cursor, "partner_stockrecord",
        "made m JOIN partner_stockrecord old ON old.product_id = m.base_id AND old.partner_id = m.partner_id",
        product_id="m.product_id", partner_sku="'B-' || m.n", price="old.price + (m.n %% 50) * 0.10",
        num_in_stock="%(units)s", num_allocated="0",
    )  # fmt: skip
    hangings = copied(
        cursor, "catalogue_productcategory",
        "made m JOIN catalogue_productcategory old ON old.product_id = m.base_id", product_id="m.product_id",
    )  # fmt: skip
    for statement in (products, records, hangings):
        cursor.execute(statement, facts)
    _continue_keys(cursor, "catalogue_product")


def _certificates(cursor: Any, facts: Facts) -> None:
    """An application and a certificate each, issued a month ago, for ten times what is in stock."""
    cap_g = "(SELECT p.net_content_g FROM catalogue_product p WHERE p.id = m.product_id)::bigint * 10 * %(units)s"
    applications = copied(
        cursor, "certification_application",
        "made m JOIN certification_application old ON old.id = m.base_application",
        id="m.application_id", product_id="m.product_id", quantity_g=cap_g,
    )  # fmt: skip
    certificates = copied(
        cursor, "certification_certificate",
        "made m JOIN certification_certificate old ON old.id = m.base_certificate",
        id="m.certificate_id", application_id="m.application_id", product_id="m.product_id", number="'B-' || m.n",
        cap_g=cap_g, taken_g="0", valid_from="%(at)s::timestamptz - interval '30 days'", valid_until="m.valid_until",
    )  # fmt: skip
    moves = copied(
        cursor, "certification_certificatemove",
        "made m JOIN certification_certificatemove old ON old.certificate_id = m.base_certificate"
        " AND old.action = 'issue'",
        certificate_id="m.certificate_id",
    )  # fmt: skip
    for statement in (applications, certificates, moves):
        cursor.execute(statement, facts)
    for table in ("certification_application", "certification_certificate"):
        _continue_keys(cursor, table)


def _grams(cursor: Any) -> dict[tuple[int, str], int]:
    """What the new packs of each supplier and commodity weigh, with what stays behind."""
    cursor.execute(
        "SELECT m.partner_id, p.commodity_id, sum(p.net_content_g::bigint * %s * %s / 100) FROM made m"
        " JOIN catalogue_product p ON p.id = m.product_id GROUP BY 1, 2 ORDER BY 1, 2",
        [UNITS, INPUT_PERCENT],
    )
    return {(partner, commodity): int(grams) for partner, commodity, grams in cursor.fetchall()}


def _harvest(cursor: Any, needed_g: Mapping[tuple[int, str], int], day: date) -> None:
    """A bulk and a graded lot of each supplier and commodity, from deliveries of its households; kept in `graded`."""
    cursor.execute("CREATE TEMPORARY TABLE graded (id bigint, partner_id bigint, commodity_id varchar) ON COMMIT DROP")
    for (partner, commodity), grams in needed_g.items():
        lot = _graded_lot(partner, commodity, grams, day)
        cursor.execute("INSERT INTO graded VALUES (%s, %s, %s)", [lot.pk, partner, commodity])


def _graded_lot(partner: int, commodity: str, grams: int, day: date) -> Any:
    """By the domain's own functions, so that consents and agreements are looked at as always."""
    from catalogue.models import Commodity
    from certification.households.models import Agreement
    from certification.provenance import intake, lots

    kind = Commodity.objects.get(pk=commodity)
    agreements = Agreement.objects.filter(partner=partner, household__left_at=None, valid_to=None)
    sharers = list(agreements.select_related("household", "partner__township").order_by("pk")[:SHARERS])
    seller = sharers[0].partner
    operator = seller.users.first()
    code = f"{seller.code}-{commodity}"[:27].upper()
    slips = [
        intake.record(
            number=f"BS-{code}-{place}", agreement=agreement, commodity=kind, grade="一级",
            grams=grams // len(sharers) + 1, delivered_on=day, by=operator,
        )
        for place, agreement in enumerate(sharers)
    ]  # fmt: skip
    bulk = lots.pool(
        code=f"BB-{code}", partner=seller, commodity=kind, origin=seller.township, slips=slips, harvest_on=day, on=day,
        by=operator,
    )  # fmt: skip
    return lots.grade(code=f"BG-{code}", source=bulk, input_g=bulk.grams, output_g=grams, on=day, by=operator)


def _lots(cursor: Any, facts: Facts) -> None:
    """One packed lot of each product, where its supplier keeps packs."""
    lots = copied(
        cursor, "provenance_lot",
        "made m JOIN catalogue_product p ON p.id = m.product_id"
        " JOIN graded g ON g.partner_id = m.partner_id AND g.commodity_id = p.commodity_id"
        " JOIN provenance_lot old ON old.id = g.id",
        id="m.lot_id", code="'BP-' || m.n", kind="'packed'", product_id="m.product_id", units="%(units)s", used_g="0",
        grams="p.net_content_g::bigint * %(units)s", made_date="old.made_date + 1",
        expires_date="%(at)s::date + 270",
    )  # fmt: skip
    for statement in (lots, *FILL_LOTS):
        cursor.execute(statement, facts)
    _continue_keys(cursor, "provenance_lot")


def _continue_keys(cursor: Any, table: str) -> None:
    """The next key the database gives comes after those written here."""
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--products", type=int, required=True)
    options = parser.parse_args()
    if not LEAST <= options.products <= MOST:
        parser.error(f"--products is a whole number from {LEAST} to {MOST:,}.")
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    multiply(options.products, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
