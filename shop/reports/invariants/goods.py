"""Lots, certificates and stock: nothing comes from nowhere, and no gram or pack counts twice."""

from shop.reports.invariants.form import Invariant

INVARIANTS = (
    Invariant(
        "lot-used",
        "What a lot has given is what later lots took from it, and no more than it holds.",
        """
        SELECT 'lot ' || l.code,
            format('used %%s g of %%s g, later lots took %%s g', l.used_g, l.grams, coalesce(o.g, 0))
        FROM provenance_lot l
        LEFT JOIN (SELECT source_id, sum(grams) AS g FROM provenance_lotinput GROUP BY source_id) o
            ON o.source_id = l.id
        WHERE l.used_g <> coalesce(o.g, 0) OR l.used_g > l.grams
        """,
    ),
    Invariant(
        "lot-output",
        "A lot holds no more grams than went into it, and a bulk lot exactly its deliveries.",
        """
        SELECT 'lot ' || l.code, format('holds %%s g, %%s g went in', l.grams, coalesce(i.g, 0))
        FROM provenance_lot l
        LEFT JOIN (SELECT lot_id, sum(grams) AS g FROM provenance_lotinput GROUP BY lot_id) i ON i.lot_id = l.id
        WHERE l.grams > coalesce(i.g, 0) OR (l.kind = 'bulk' AND l.grams <> coalesce(i.g, 0))
        """,
    ),
    Invariant(
        "lot-delivery",
        "A delivery goes into a lot with its whole weight, and not after it was reversed.",
        """
        SELECT 'slip ' || s.number, format('%%s g delivered, %%s g in lot %%s', s.grams, i.grams, l.code)
        FROM provenance_lotinput i
        JOIN provenance_intakeslip s ON s.id = i.slip_id
        JOIN provenance_lot l ON l.id = i.lot_id
        WHERE i.grams <> s.grams OR s.reverses_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM provenance_intakeslip r WHERE r.reverses_id = s.id)
        """,
    ),
    Invariant(
        "lot-packs",
        "No more packs of a lot are taken into stock, or sold, than were packed.",
        """
        SELECT 'lot ' || l.code, format('%%s packs, %%s stocked, %%s sold', l.units, coalesce(m.n, 0), coalesce(s.n, 0))
        FROM provenance_lot l
        LEFT JOIN (SELECT lot_id, sum(units) AS n FROM logistics_stockmove WHERE kind = 'packed' GROUP BY lot_id) m
            ON m.lot_id = l.id
        LEFT JOIN (
            SELECT x.lot_id, sum(x.units) AS n FROM order_linelot x JOIN order_line ol ON ol.id = x.line_id
            JOIN order_order o ON o.id = ol.order_id WHERE o.status <> 'cancelled' GROUP BY x.lot_id
        ) s ON s.lot_id = l.id
        WHERE coalesce(m.n, 0) > l.units OR coalesce(s.n, 0) > l.units
        """,
    ),
    Invariant(
        "certificate-taken",
        "A certificate's taken grams are those of its sales not given back, and within its cap.",
        """
        SELECT 'certificate ' || c.number,
            format('%%s g taken, sales took %%s g, cap %%s g', c.taken_g, coalesce(k.g, 0), c.cap_g)
        FROM certification_certificate c
        LEFT JOIN (
            SELECT certificate_id, sum(grams) AS g FROM certification_consumption
            WHERE given_back_at IS NULL GROUP BY certificate_id
        ) k ON k.certificate_id = c.id
        WHERE c.taken_g <> coalesce(k.g, 0) OR c.taken_g > c.cap_g
        """,
    ),
    Invariant(
        "stock-moves",
        "What lies at a node is the sum of its moves.",
        """
        SELECT format('stock of lot %%s at %%s', l.code, n.code),
            format('%%s packs, moves say %%s', coalesce(s.units, 0), coalesce(m.n, 0))
        FROM (SELECT lot_id, node_id, sum(units) AS n FROM logistics_stockmove GROUP BY lot_id, node_id) m
        FULL JOIN logistics_lotstock s ON s.lot_id = m.lot_id AND s.node_id = m.node_id
        JOIN provenance_lot l ON l.id = coalesce(s.lot_id, m.lot_id)
        JOIN logistics_node n ON n.id = coalesce(s.node_id, m.node_id)
        WHERE coalesce(s.units, 0) <> coalesce(m.n, 0)
        """,
    ),
    Invariant(
        "stock-reserved",
        "Reserved packs are those held or kept for orders.",
        """
        SELECT format('stock of lot %%s at %%s', l.code, n.code),
            format('%%s packs reserved of %%s, orders hold %%s', s.reserved_units, s.units, coalesce(r.n, 0))
        FROM logistics_lotstock s
        JOIN provenance_lot l ON l.id = s.lot_id
        JOIN logistics_node n ON n.id = s.node_id
        LEFT JOIN (
            SELECT stock_id, sum(units) AS n FROM logistics_reservation
            WHERE state IN ('held', 'kept') GROUP BY stock_id
        ) r ON r.stock_id = s.id
        WHERE s.reserved_units <> coalesce(r.n, 0) OR s.reserved_units > s.units
        """,
    ),
    Invariant(
        "stock-record",
        "A product's totals are those of its lots at all nodes.",
        """
        SELECT 'stock record ' || r.partner_sku,
            format('%%s packs and %%s reserved, lots say %%s and %%s', coalesce(r.num_in_stock, 0),
                coalesce(r.num_allocated, 0), coalesce(s.units, 0), coalesce(s.reserved, 0))
        FROM partner_stockrecord r
        LEFT JOIN (
            SELECT l.product_id, sum(s.units) AS units, sum(s.reserved_units) AS reserved
            FROM logistics_lotstock s JOIN provenance_lot l ON l.id = s.lot_id GROUP BY l.product_id
        ) s ON s.product_id = r.product_id
        WHERE coalesce(r.num_in_stock, 0) <> coalesce(s.units, 0)
            OR coalesce(r.num_allocated, 0) <> coalesce(s.reserved, 0)
        """,
    ),
)
