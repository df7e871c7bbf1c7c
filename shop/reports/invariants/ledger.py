"""The ledger: entries balance, say what they said when they were booked, and agree with what they were booked for."""

from shop.reports.invariants.form import Invariant

INVARIANTS = (
    Invariant(
        "entry-balances",
        "An entry has postings and they add up to zero.",
        """
        SELECT 'entry ' || e.reference, format('%%s postings add up to %%s fen', count(p.id), coalesce(sum(p.fen), 0))
        FROM revenue_entry e LEFT JOIN revenue_posting p ON p.entry_id = e.id
        GROUP BY e.id HAVING count(p.id) = 0 OR sum(p.fen) <> 0
        """,
    ),
    Invariant(
        "entry-body",
        "An entry says what it said when it was booked.",
        """
        SELECT 'entry ' || e.reference, 'its postings are not those that were booked'
        FROM revenue_entry e LEFT JOIN revenue_posting p ON p.entry_id = e.id
        GROUP BY e.id
        HAVING e.body_hash <> encode(sha256(convert_to(
            concat_ws(';', e.kind, coalesce(e.order_id::text, ''), coalesce(e.line_id::text, '')) ||
            coalesce(string_agg(E'\\n' || concat_ws(';', p.account, p.fen, coalesce(p.partner_id::text, ''),
                coalesce(p.household_id::text, '')), '' ORDER BY p.id), ''), 'UTF8')), 'hex')
        """,
    ),
    Invariant(
        "entry-day",
        "An entry is booked on the Shanghai day of its moment; a payout may be booked on the earlier day of its proof.",
        """
        SELECT 'entry ' || reference, format('booked on %%s at %%s', booked_date, booked_at)
        FROM revenue_entry
        WHERE booked_date > (booked_at AT TIME ZONE 'Asia/Shanghai')::date
            OR (kind <> 'payout' AND booked_date <> (booked_at AT TIME ZONE 'Asia/Shanghai')::date)
        """,
    ),
    Invariant(
        "ledger-buyers",
        "No order has earned or given back more than its buyer paid, and a delivered order holds nothing more.",
        """
        SELECT 'order ' || o.number,
            format('%%s, holds %%s fen of its buyer''s money', o.status, -coalesce(sum(p.fen), 0))
        FROM order_order o LEFT JOIN revenue_entry e ON e.order_id = o.id
        LEFT JOIN revenue_posting p ON p.entry_id = e.id AND p.account = 'buyers'
        GROUP BY o.id HAVING coalesce(sum(p.fen), 0) > 0 OR (o.status = 'delivered' AND coalesce(sum(p.fen), 0) <> 0)
        """,
    ),
    Invariant(
        "ledger-payments",
        "Each succeeded payment is booked once with what was received, with its fee once known, and nothing else is.",
        """
        SELECT coalesce('payment ' || p.id, 'entry ' || e.reference),
            format('%%s, received %%s fen, fee %%s; booked %%s and %%s', coalesce(p.state, 'no payment'),
                coalesce(p.received_fen, 0), coalesce(p.fee_fen, 0), coalesce(e.fen, 0), coalesce(f.fen, 0))
        FROM (SELECT * FROM payments_payment WHERE state = 'succeeded') p
        FULL JOIN (
            SELECT e.reference, e.order_id, sum(p.fen) FILTER (WHERE p.account = 'gateway') AS fen
            FROM revenue_entry e JOIN revenue_posting p ON p.entry_id = e.id
            WHERE e.kind = 'payment' AND e.reference NOT LIKE '%% fee' GROUP BY e.id
        ) e ON e.reference = 'payment ' || p.id
        LEFT JOIN (
            SELECT e.reference, sum(p.fen) FILTER (WHERE p.account = 'gateway_fees') AS fen
            FROM revenue_entry e JOIN revenue_posting p ON p.entry_id = e.id WHERE e.kind = 'payment' GROUP BY e.id
        ) f ON f.reference = e.reference || ' fee'
        WHERE p.id IS NULL OR e.reference IS NULL OR e.fen <> p.received_fen OR e.order_id <> p.order_id
            OR (f.fen IS NOT NULL AND f.fen <> coalesce(p.fee_fen, 0))
        """,
    ),
    Invariant(
        "ledger-refunds",
        "Each refund is booked once with its amount, and no other refund is.",
        """
        SELECT coalesce('refund ' || r.reference, 'entry ' || e.reference),
            format('asked %%s fen, booked %%s', coalesce(r.amount_fen, 0), coalesce(e.fen, 0))
        FROM payments_refund r
        FULL JOIN (
            SELECT e.reference, e.line_id, -sum(p.fen) FILTER (WHERE p.account = 'gateway') AS fen
            FROM revenue_entry e JOIN revenue_posting p ON p.entry_id = e.id WHERE e.kind = 'refund' GROUP BY e.id
        ) e ON e.reference = 'refund ' || r.reference
        WHERE e.reference IS NULL OR r.id IS NULL OR e.fen <> r.amount_fen OR e.line_id IS DISTINCT FROM r.line_id
        """,
    ),
    Invariant(
        "ledger-gateway",
        "The gateway holds what was received, minus refunds, fees and payouts.",
        """
        SELECT 'account gateway', format('%%s fen, expected %%s', booked, expected) FROM (
            SELECT (SELECT coalesce(sum(fen), 0) FROM revenue_posting WHERE account = 'gateway') AS booked,
                (SELECT coalesce(sum(received_fen), 0) FROM payments_payment WHERE state = 'succeeded')
                - (SELECT coalesce(sum(amount_fen), 0) FROM payments_refund)
                - (SELECT coalesce(sum(fen), 0) FROM revenue_posting WHERE account = 'gateway_fees')
                - (SELECT coalesce(sum(fen), 0) FROM revenue_payoutitem WHERE state = 'paid') AS expected
        ) x WHERE booked <> expected
        """,
    ),
    Invariant(
        "ledger-freight",
        "A consignment's freight is earned once at most, and no more than was agreed.",
        """
        SELECT 'entry ' || e.reference, format('%%s fen earned of %%s', sum(p.fen), coalesce(max(c.freight_fen), 0))
        FROM revenue_entry e
        JOIN revenue_posting p ON p.entry_id = e.id AND p.account = 'buyers'
        LEFT JOIN order_order o ON o.id = e.order_id
        LEFT JOIN order_consignment c ON c.order_id = o.id
            AND e.reference = format('order %%s consignment %%s freight', o.number, c.position)
        WHERE e.kind = 'freight'
        GROUP BY e.id HAVING sum(p.fen) > coalesce(max(c.freight_fen), 0)
        """,
    ),
)
