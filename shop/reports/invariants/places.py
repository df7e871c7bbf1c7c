"""Places: a code means one division on a day, within one that was there too."""

from shop.reports.invariants.form import Invariant

INVARIANTS = (
    Invariant(
        "place-one-bearer",
        "On any day a code belongs to one division.",
        """
        SELECT 'place ' || a.code, format('and place %%s bear %%s on the same days', b.code, a.digits)
        FROM catalogue_place a JOIN catalogue_place b ON b.digits = a.digits AND b.code > a.code
        WHERE daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)
        """,
    ),
    Invariant(
        "place-parent",
        "A division lies in the one whose code its own extends, the whole time it is there.",
        """
        SELECT 'place ' || c.code, format('%%s to %%s; it lies in %%s, %%s to %%s', c.valid_from,
            coalesce(c.valid_to::text, 'now'), p.code, p.valid_from, coalesce(p.valid_to::text, 'now'))
        FROM catalogue_place c JOIN catalogue_place p ON p.code = c.parent_id
        WHERE NOT starts_with(c.code, p.code)
            OR NOT daterange(p.valid_from, p.valid_to) @> daterange(c.valid_from, c.valid_to)
        """,
    ),
    Invariant(
        "place-names",
        "A division bears one name on a day, none before it was there.",
        """
        SELECT 'place ' || f.place_id, format('was called %%s from %%s to %%s', f.name, f.valid_from, f.valid_to)
        FROM catalogue_formername f JOIN catalogue_place p ON p.code = f.place_id
        WHERE f.valid_from < p.valid_from OR EXISTS (
            SELECT 1 FROM catalogue_formername o WHERE o.place_id = f.place_id AND o.id <> f.id
            AND daterange(o.valid_from, o.valid_to) && daterange(f.valid_from, f.valid_to))
        """,
    ),
)
