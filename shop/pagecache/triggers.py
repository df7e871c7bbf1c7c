"""What PostgreSQL says when a row changes that a shared page may show: a NOTIFY with the tags of the pages.

A trigger speaks whoever writes: a page, a job, a migration or SQL typed by hand. It speaks at commit, once for each
transaction and payload. `watch` and `watch_stock` are used by migrations.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

CHANNEL = "pagecache"
MOST_TAGS = 200  # more than that in one statement are said as "all"; a payload holds at most 8,000 bytes

_EVENTS = {
    "INSERT": "NEW TABLE AS after",
    "UPDATE": "OLD TABLE AS before NEW TABLE AS after",
    "DELETE": "OLD TABLE AS before",
}

FUNCTIONS = f"""
CREATE FUNCTION pagecache_say(tags text[]) RETURNS void LANGUAGE sql AS $$
    SELECT pg_notify('{CHANNEL}', CASE WHEN cardinality(tags) > {MOST_TAGS} THEN 'all'
        ELSE array_to_string(tags, ' ') END) WHERE cardinality(tags) > 0
$$;

-- Arguments: an SQL expression that makes text[] of `r`, the changed row as jsonb; the columns whose change is no news.
CREATE FUNCTION pagecache_tell() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    quiet text := format('%L::text[]', string_to_array(TG_ARGV[1], ','));
    rows_of text := 'SELECT to_jsonb(t) - ' || quiet || ' AS r FROM %I t';
    changed text;
    tags text[];
BEGIN
    changed := CASE TG_OP
        WHEN 'INSERT' THEN format(rows_of, 'after')
        WHEN 'DELETE' THEN format(rows_of, 'before')
        ELSE format('(%1$s EXCEPT ALL %2$s) UNION ALL (%2$s EXCEPT ALL %1$s)',
                    format(rows_of, 'before'), format(rows_of, 'after')) END;
    EXECUTE format('SELECT array_agg(DISTINCT tag) FROM (%s) changed, unnest(%s) tag WHERE tag IS NOT NULL',
                   changed, TG_ARGV[0]) INTO tags;
    PERFORM pagecache_say(tags);
    RETURN NULL;
END $$;

-- How much is left of a product, as pages say it: none, fewer than ten packs, enough (shop.storefront.availability).
CREATE FUNCTION pagecache_stock_state(units bigint) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN coalesce(units, 0) <= 0 THEN 0 WHEN units < 10 THEN 1 ELSE 2 END
$$;

-- Packs change with every order; pages only with the state, and a product's own page with the lot that is sold next.
-- The product's stock record is locked by whoever changes its packs (logistics.stock), so the sums are exact.
CREATE FUNCTION pagecache_tell_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text := 'SELECT id, lot_id, units - reserved_units AS free FROM ';
    tags text[];
BEGIN
    EXECUTE format($query$
        WITH moved AS (
            SELECT lot.product_id, sum(coalesce(a.free, 0) - coalesce(b.free, 0)) AS change,
                   bool_or((coalesce(a.free, 0) > 0) IS DISTINCT FROM (coalesce(b.free, 0) > 0)) AS other_lot
            FROM (%s) b FULL JOIN (%s) a USING (id)
            JOIN provenance_lot lot ON lot.id = coalesce(a.lot_id, b.lot_id)
            WHERE lot.expires_date > (now() AT TIME ZONE 'Asia/Shanghai')::date AND lot.product_id IS NOT NULL
            GROUP BY lot.product_id
        ), left_now AS (
            SELECT lot.product_id, sum(stock.units - stock.reserved_units) AS units
            FROM logistics_lotstock stock JOIN provenance_lot lot ON lot.id = stock.lot_id
            WHERE lot.product_id IN (SELECT product_id FROM moved)
              AND lot.expires_date > (now() AT TIME ZONE 'Asia/Shanghai')::date
            GROUP BY lot.product_id
        ), news AS (
            SELECT product_id, other_lot,
                   pagecache_stock_state(units) <> pagecache_stock_state(coalesce(units, 0) - change) AS crossed
            FROM moved LEFT JOIN left_now USING (product_id)
        )
        SELECT array_agg(tag) FROM (
            SELECT 'shelf' AS tag WHERE EXISTS (SELECT 1 FROM news WHERE crossed)
            UNION ALL SELECT 'product:' || product_id FROM news WHERE crossed OR other_lot
        ) said
        $query$,
        CASE WHEN TG_OP = 'INSERT' THEN 'SELECT 0::bigint AS id, 0::bigint AS lot_id, 0 AS free WHERE false'
             ELSE free || 'before' END,
        CASE WHEN TG_OP = 'DELETE' THEN 'SELECT 0::bigint AS id, 0::bigint AS lot_id, 0 AS free WHERE false'
             ELSE free || 'after' END
    ) INTO tags;
    PERFORM pagecache_say(tags);
    RETURN NULL;
END $$;
"""  # noqa: S608  our own constants
DROP_FUNCTIONS = """
DROP FUNCTION pagecache_tell_stock();
DROP FUNCTION pagecache_stock_state(bigint);
DROP FUNCTION pagecache_tell();
DROP FUNCTION pagecache_say(text[]);
"""


def watch(table: str, *tags: str, but: tuple[str, ...] = (), name: str = "pagecache") -> RunSQL:
    """Say these tags when rows of the table change.

    tags: fixed ("shelf"), or "product:{product_id}" with a column's value, which is left out where it is null
    but: columns whose change alone is no news
    """
    made, quiet = ", ".join(_expression(tag) for tag in tags), ",".join(but)
    return _on_each_event(table, name, f"pagecache_tell($tags$ARRAY[{made}]$tags$, $but${quiet}$but$)")


def watch_through(table: str, tag: str, *, of: str, by: str) -> RunSQL:
    """Say a tag with a column's value of the row that a changed row belongs to. of: its table; by: the key to it"""
    fixed, _brace, column = tag.partition("{")
    value = f"(SELECT {column.rstrip('}')} FROM {of} WHERE id = (r->>'{by}')::bigint)"  # noqa: S608  a migration's words
    return _on_each_event(table, "pagecache", f"pagecache_tell($tags$ARRAY['{fixed}' || {value}]$tags$, '')")


def watch_stock(table: str) -> RunSQL:
    return _on_each_event(table, "pagecache", "pagecache_tell_stock()")


def _expression(tag: str) -> str:
    fixed, brace, column = tag.partition("{")
    return f"'{fixed}' || (r->>'{column.rstrip('}')}')" if brace else f"'{tag}'"


def _on_each_event(table: str, name: str, call: str) -> RunSQL:
    """Transition tables allow one event a trigger, so there are three."""
    names = {event: f"{name}_{event.lower()}" for event in _EVENTS}
    return RunSQL(
        [
            f"CREATE TRIGGER {names[event]} AFTER {event} ON {table} REFERENCING {rows}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {call}"
            for event, rows in _EVENTS.items()
        ],
        [f"DROP TRIGGER {names[event]} ON {table}" for event in _EVENTS],
    )
