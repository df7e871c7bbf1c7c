"""From the price of a line to the fen of each household."""

from shop.reports.invariants.form import Invariant

INVARIANTS = (
    Invariant(
        "sale-accepted",
        "A line is divided exactly when it is accepted.",
        """
        SELECT format('order %%s line %%s', o.number, l.id),
            CASE WHEN d.id IS NULL THEN 'accepted and not divided' ELSE 'divided and not accepted' END
        FROM order_line l JOIN order_order o ON o.id = l.order_id LEFT JOIN revenue_division d ON d.line_id = l.id
        WHERE (l.accepted_at IS NULL) <> (d.id IS NULL)
        """,
    ),
    Invariant(
        "sale-division",
        "A sale is booked once, part by part as the line was divided.",
        """
        SELECT format('order %%s line %%s', o.number, l.id), format('divided %%s fen, %%s sales book %%s',
            coalesce(d.price_fen, 0), coalesce(e.n, 0), coalesce(e.price, 0))
        FROM order_line l JOIN order_order o ON o.id = l.order_id
        LEFT JOIN revenue_division d ON d.line_id = l.id
        LEFT JOIN (
            SELECT e.line_id, count(DISTINCT e.id) AS n, sum(p.fen) FILTER (WHERE p.account = 'buyers') AS price,
                -sum(p.fen) FILTER (WHERE p.account = 'suppliers') AS supplier,
                -sum(p.fen) FILTER (WHERE p.account = 'households') AS homes,
                -sum(p.fen) FILTER (WHERE p.account = 'platform') AS platform,
                -sum(p.fen) FILTER (WHERE p.account = 'transport') AS transport,
                -sum(p.fen) FILTER (WHERE p.account = 'tax') AS tax
            FROM revenue_entry e JOIN revenue_posting p ON p.entry_id = e.id WHERE e.kind = 'sale' GROUP BY e.line_id
        ) e ON e.line_id = l.id
        WHERE coalesce(e.n, 0) <> CASE WHEN d.price_fen > 0 THEN 1 ELSE 0 END
            OR (coalesce(d.price_fen, 0), coalesce(d.supplier_fen, 0), coalesce(d.households_fen, 0),
                coalesce(d.platform_fen, 0), coalesce(d.transport_fen, 0), coalesce(d.tax_fen, 0))
            IS DISTINCT FROM (coalesce(e.price, 0), coalesce(e.supplier, 0), coalesce(e.homes, 0),
                coalesce(e.platform, 0), coalesce(e.transport, 0), coalesce(e.tax, 0))
        """,
    ),
    Invariant(
        "sale-price",
        "What was divided is the line's price minus what had been refunded before.",
        """
        SELECT format('order %%s line %%s', o.number, l.id),
            format('divided %%s fen of %%s, %%s refunded before', d.price_fen, l.price_fen, coalesce(b.fen, 0))
        FROM revenue_division d JOIN order_line l ON l.id = d.line_id JOIN order_order o ON o.id = l.order_id
        LEFT JOIN (
            SELECT e.line_id, sum(p.fen) AS fen FROM revenue_entry e JOIN revenue_posting p ON p.entry_id = e.id
            WHERE e.kind = 'refund' AND p.account = 'buyers' GROUP BY e.line_id
        ) b ON b.line_id = l.id
        WHERE d.price_fen <> l.price_fen - coalesce(b.fen, 0)
        """,
    ),
    Invariant(
        "shares-sum",
        "The shares of a line add up to the households' part of its division.",
        """
        SELECT format('order %%s line %%s', o.number, l.id),
            format('households'' part %%s fen, shares %%s', coalesce(d.households_fen, 0), coalesce(s.fen, 0))
        FROM order_line l JOIN order_order o ON o.id = l.order_id
        LEFT JOIN revenue_division d ON d.line_id = l.id
        LEFT JOIN (SELECT line_id, sum(fen) AS fen FROM revenue_share GROUP BY line_id) s ON s.line_id = l.id
        WHERE coalesce(d.households_fen, 0) <> coalesce(s.fen, 0)
        """,
    ),
    Invariant(
        "shares-booked",
        "What the ledger says of a household in a line is what its shares say: earned, given back, borne, adjusted.",
        """
        SELECT format('line %%s household %%s', coalesce(s.line_id, b.line_id), h.reference),
            format('shares %%s, ledger %%s', s.says, b.says)
        FROM (
            SELECT line_id, household_id,
                concat_ws('/', sum(fen), sum(reversed_fen), sum(borne_fen), sum(adjusted_fen)) AS says
            FROM revenue_share GROUP BY line_id, household_id
        ) s
        FULL JOIN (
            SELECT e.line_id, p.household_id, concat_ws('/',
                coalesce(-sum(p.fen) FILTER (WHERE e.kind = 'sale'), 0),
                coalesce(sum(p.fen) FILTER (WHERE e.kind = 'refund' AND p.account = 'households'), 0),
                coalesce(sum(p.fen) FILTER (WHERE e.kind = 'refund' AND p.account = 'refund_reserve'), 0),
                coalesce(-sum(p.fen) FILTER (WHERE e.kind = 'adjustment'), 0)) AS says
            FROM revenue_entry e JOIN revenue_posting p ON p.entry_id = e.id
            WHERE p.household_id IS NOT NULL AND e.line_id IS NOT NULL GROUP BY e.line_id, p.household_id
        ) b ON b.line_id = s.line_id AND b.household_id = s.household_id
        JOIN households_household h ON h.id = coalesce(s.household_id, b.household_id)
        WHERE coalesce(s.says, '0/0/0/0') <> coalesce(b.says, '0/0/0/0')
        """,
    ),
    Invariant(
        "shares-owed",
        "What the ledger owes a household for a supplier's sales is what its shares say is due; nobody owes us.",
        """
        SELECT format('household %%s supplier %%s', h.reference, p.code),
            format('ledger owes %%s fen, shares %%s', coalesce(b.fen, 0), coalesce(s.fen, 0))
        FROM (
            SELECT household_id, partner_id, sum(fen + adjusted_fen - reversed_fen - paid_fen) AS fen
            FROM revenue_share GROUP BY household_id, partner_id
        ) s
        FULL JOIN (
            SELECT household_id, partner_id, -sum(fen) AS fen FROM revenue_posting
            WHERE account = 'households' GROUP BY household_id, partner_id
        ) b ON b.household_id = s.household_id AND b.partner_id = s.partner_id
        LEFT JOIN households_household h ON h.id = coalesce(s.household_id, b.household_id)
        LEFT JOIN partner_partner p ON p.id = coalesce(s.partner_id, b.partner_id)
        WHERE coalesce(b.fen, 0) <> coalesce(s.fen, 0) OR coalesce(b.fen, 0) < 0
        """,
    ),
    Invariant(
        "share-state",
        "A share's state agrees with what is due on it, its payout and its disputes.",
        """
        SELECT format('share %%s of line %%s', s.id, s.line_id),
            format('%%s, %%s fen due, %%s paid', s.state,
                s.fen + s.adjusted_fen - s.reversed_fen - s.paid_fen, s.paid_fen)
        FROM revenue_share s
        LEFT JOIN revenue_payoutitem i ON i.id = s.item_id
        LEFT JOIN revenue_dispute d ON d.share_id = s.id AND d.state = 'open'
        WHERE NOT CASE s.state
            WHEN 'payable' THEN s.fen + s.adjusted_fen - s.reversed_fen - s.paid_fen > 0 AND d.id IS NULL
            WHEN 'in_payout' THEN coalesce(i.state = 'waiting', false)
            WHEN 'disputed' THEN d.id IS NOT NULL
            WHEN 'closed' THEN s.fen + s.adjusted_fen - s.reversed_fen = 0 AND s.paid_fen = 0 AND d.id IS NULL
            ELSE s.fen + s.adjusted_fen - s.reversed_fen = s.paid_fen AND s.paid_fen > 0 AND d.id IS NULL
        END OR (i.state = 'waiting' AND s.state <> 'in_payout')
        """,
    ),
)
