"""Orders: their sums, what they hold, and who paid them."""

from shop.reports.invariants.form import Invariant

INVARIANTS = (
    Invariant(
        "order-total",
        "An order's total is its goods plus its freight, the sums of its lines and consignments.",
        """
        SELECT 'order ' || o.number, format('total %%s = goods %%s + freight %%s fen; lines %%s, consignments %%s',
            o.total_fen, o.goods_fen, o.freight_fen, coalesce(l.fen, 0), coalesce(c.fen, 0))
        FROM order_order o
        LEFT JOIN (SELECT order_id, sum(price_fen) AS fen FROM order_line GROUP BY order_id) l ON l.order_id = o.id
        LEFT JOIN (SELECT order_id, sum(freight_fen) AS fen FROM order_consignment GROUP BY order_id) c
            ON c.order_id = o.id
        WHERE o.total_fen <> o.goods_fen + o.freight_fen OR o.goods_fen <> coalesce(l.fen, 0)
            OR o.freight_fen <> coalesce(c.fen, 0)
        """,
    ),
    Invariant(
        "order-decimals",
        "The decimal yuan of an order say the same as its fen.",
        """
        SELECT 'order ' || number, format('%%s yuan and %%s fen', total_incl_tax, total_fen)
        FROM order_order WHERE total_incl_tax * 100 <> total_fen
        """,
    ),
    Invariant(
        "order-paid",
        "A paid order has one succeeded payment with its whole amount, and no other order is marked as paid.",
        """
        SELECT 'order ' || o.number, format('%%s, paid at %%s, total %%s fen, %%s fitting payments',
            o.status, coalesce(o.paid_at::text, 'never'), o.total_fen, coalesce(p.n, 0))
        FROM order_order o
        LEFT JOIN (
            SELECT p.order_id, count(*) AS n FROM payments_payment p JOIN order_order o ON o.id = p.order_id
            WHERE p.state = 'succeeded' AND p.amount_fen = o.total_fen AND p.received_fen = o.total_fen
            GROUP BY p.order_id
        ) p ON p.order_id = o.id
        WHERE (o.status IN ('paid', 'shipping', 'delivered') OR o.paid_at IS NOT NULL)
            AND (coalesce(p.n, 0) = 0 OR o.paid_at IS NULL OR o.status = 'placed')
        """,
    ),
    Invariant(
        "order-packs",
        "The lots of a line make up its quantity.",
        """
        SELECT format('order %%s line %%s', o.number, l.id),
            format('%%s packs, lots hold %%s', l.quantity, coalesce(x.n, 0))
        FROM order_line l JOIN order_order o ON o.id = l.order_id
        LEFT JOIN (SELECT line_id, sum(units) AS n FROM order_linelot GROUP BY line_id) x ON x.line_id = l.id
        WHERE l.quantity <> coalesce(x.n, 0)
        """,
    ),
    Invariant(
        "order-expired-holds-nothing",
        "An unpaid order holds no packs and no certified grams once its time is over (2 hours more while a payment is"
        " open at the gateway; 15 minutes for the sweep).",
        """
        SELECT format('order %%s line %%s', o.number, l.id),
            format('expired at %%s and holds %%s packs, %%s g', o.reserved_until, coalesce(r.n, 0), c.grams)
        FROM order_order o JOIN order_line l ON l.order_id = o.id
        LEFT JOIN (
            SELECT reference, sum(units) AS n FROM logistics_reservation
            WHERE state IN ('held', 'kept') GROUP BY reference
        ) r ON r.reference = format('order %%s line %%s', o.number, l.id)
        LEFT JOIN certification_consumption c ON c.given_back_at IS NULL
            AND c.reference = format('order %%s line %%s', o.number, l.id)
        WHERE o.status = 'placed' AND (r.n > 0 OR c.grams > 0)
            AND o.reserved_until < %(at)s - interval '15 minutes' - CASE WHEN EXISTS (
                SELECT 1 FROM payments_payment p WHERE p.order_id = o.id AND p.state IN ('created', 'pending')
            ) THEN interval '2 hours' ELSE interval '0' END
        """,
    ),
    Invariant(
        "order-cancelled-holds-nothing",
        "A cancelled order holds no packs and no certified grams.",
        """
        SELECT h.reference, h.what FROM (
            SELECT reference, 'packs are ' || state AS what FROM logistics_reservation WHERE state IN ('held', 'kept')
            UNION ALL
            SELECT reference, grams || ' g are taken' FROM certification_consumption WHERE given_back_at IS NULL
        ) h
        JOIN order_line l ON l.id = substring(h.reference FROM ' line ([0-9]+)$')::bigint
        JOIN order_order o ON o.id = l.order_id AND h.reference = format('order %%s line %%s', o.number, l.id)
        WHERE o.status = 'cancelled'
        """,
    ),
    Invariant(
        "order-refunds",
        "What a line has been refunded is what the ledger booked for it, and no more than its price.",
        """
        SELECT format('order %%s line %%s', o.number, l.id),
            format('%%s of %%s fen refunded, booked %%s', l.refunded_fen, l.price_fen, coalesce(b.fen, 0))
        FROM order_line l JOIN order_order o ON o.id = l.order_id
        LEFT JOIN (
            SELECT e.line_id, -sum(p.fen) AS fen FROM revenue_entry e JOIN revenue_posting p ON p.entry_id = e.id
            WHERE e.kind = 'refund' AND p.account = 'gateway' GROUP BY e.line_id
        ) b ON b.line_id = l.id
        WHERE l.refunded_fen <> coalesce(b.fen, 0) OR l.refunded_fen > l.price_fen
        """,
    ),
    Invariant(
        "payment-refunds",
        "What a payment has been refunded is the sum of its refunds, and no more than was received.",
        """
        SELECT 'payment ' || p.id,
            format('%%s of %%s fen refunded, refunds say %%s', p.refunded_fen, p.received_fen, coalesce(r.fen, 0))
        FROM payments_payment p
        LEFT JOIN (SELECT payment_id, sum(amount_fen) AS fen FROM payments_refund GROUP BY payment_id) r
            ON r.payment_id = p.id
        WHERE p.refunded_fen <> coalesce(r.fen, 0) OR p.refunded_fen > p.received_fen
        """,
    ),
)
