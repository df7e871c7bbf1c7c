"""Put the products on sale in one of our databases into stock Oscar's tables: `--from URL --to URL`.

The rows are the same ones (titles, descriptions, prices, stock, suppliers, categories, product class), streamed by COPY
in the columns both sides have.
"""

from __future__ import annotations

import argparse

import psycopg

Connection = psycopg.Connection[tuple[object, ...]]
ON_SALE = "is_public AND certified_until > now()"
OF_THOSE = f"product_id IN (SELECT id FROM catalogue_product WHERE {ON_SALE})"
TABLES = {  # table -> which rows; what is referred to comes first
    "catalogue_productclass": "true",
    "catalogue_category": "true",
    "partner_partner": "true",
    "catalogue_product": ON_SALE,
    "partner_stockrecord": OF_THOSE,
    "catalogue_productcategory": OF_THOSE,
}
COUNTRY = """
INSERT INTO address_country
    (iso_3166_1_a2, iso_3166_1_a3, iso_3166_1_numeric, printable_name, name, display_order, is_shipping_country)
VALUES ('GB', 'GBR', '826', 'United Kingdom', 'United Kingdom', 0, true)
"""


def columns(of: Connection, table: str) -> list[str]:
    rows = of.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " ORDER BY ordinal_position",
        [table],
    )
    return [str(name) for (name,) in rows]


def copy(source: Connection, target: Connection, table: str, which: str) -> None:
    theirs = set(columns(target, table))
    names = ", ".join(f'"{name}"' for name in columns(source, table) if name in theirs)
    out, into = f"COPY (SELECT {names} FROM {table} WHERE {which}) TO STDOUT", f"COPY {table} ({names}) FROM STDIN"
    with source.cursor().copy(out) as read, target.cursor().copy(into) as write:  # type: ignore[call-overload]
        for piece in read:
            write.write(piece)
    target.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1)) FROM {table}"  # type: ignore[arg-type]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--from", dest="source", required=True)
    parser.add_argument("--to", dest="target", required=True)
    options = parser.parse_args()
    with psycopg.connect(options.source) as source, psycopg.connect(options.target) as target:
        target.execute(COUNTRY)
        for table, which in TABLES.items():
            copy(source, target, table, which)
    with psycopg.connect(options.target, autocommit=True) as target:
        target.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
