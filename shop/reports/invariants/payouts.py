"""Payouts: what was drafted is what was paid, by three people, each payment with its proof; and what disputes moved."""

from shop.reports.invariants.form import Invariant

INVARIANTS = (
    Invariant(
        "payout-sums",
        "An item pays the sum of its parts, a batch the sum of its items.",
        """
        SELECT format('payout item %%s of %%s', i.id, b.reference),
            format('%%s fen, parts %%s', i.fen, coalesce(sum(p.fen), 0))
        FROM revenue_payoutitem i JOIN revenue_payoutbatch b ON b.id = i.batch_id
        LEFT JOIN revenue_payoutpart p ON p.item_id = i.id
        GROUP BY i.id, b.id HAVING i.fen <> coalesce(sum(p.fen), 0)
        UNION ALL
        SELECT 'payout batch ' || b.reference, format('%%s fen, items %%s', b.total_fen, coalesce(sum(i.fen), 0))
        FROM revenue_payoutbatch b LEFT JOIN revenue_payoutitem i ON i.batch_id = b.id
        GROUP BY b.id HAVING b.total_fen <> coalesce(sum(i.fen), 0)
        """,
    ),
    Invariant(
        "payout-body",
        "A batch is what was drafted.",
        """
        SELECT 'payout batch ' || b.reference, 'its items are not those that were drafted'
        FROM revenue_payoutbatch b
        LEFT JOIN revenue_payoutitem i ON i.batch_id = b.id
        LEFT JOIN revenue_payoutpart p ON p.item_id = i.id
        GROUP BY b.id
        HAVING b.body_hash <> encode(sha256(convert_to(b.total_fen || coalesce(string_agg(E'\\n' || concat_ws(';',
            i.id, i.household_id, i.partner_id, i.fen, p.share_id, p.fen), '' ORDER BY i.id, p.share_id)
            FILTER (WHERE p.id IS NOT NULL), ''), 'UTF8')), 'hex')
        """,
    ),
    Invariant(
        "payout-people",
        "A batch was drafted, approved and released by three people, and its proofs checked by none who released it.",
        """
        SELECT 'payout batch ' || b.reference, 'one person took two of its steps'
        FROM revenue_payoutbatch b
        WHERE b.approved_by_id = b.drafted_by_id OR b.released_by_id IN (b.drafted_by_id, b.approved_by_id)
            OR (b.released_by_id IS NOT NULL AND b.approved_by_id IS NULL)
            OR EXISTS (
                SELECT 1 FROM revenue_payoutitem i WHERE i.batch_id = b.id AND i.evidenced_by_id = b.released_by_id
            )
        """,
    ),
    Invariant(
        "payout-booked",
        "A paid item is booked once to its household; one that was returned is booked back; no other payout is booked.",
        """
        SELECT coalesce('payout item ' || i.id, 'entry ' || e.reference),
            format('%%s, %%s fen; %%s entries book %%s', coalesce(i.state, 'no item'), coalesce(i.fen, 0),
                coalesce(e.n, 0), coalesce(e.fen, 0))
        FROM revenue_payoutitem i
        FULL JOIN (
            SELECT min(e.reference) AS reference,
                substring(e.reference FROM '^payout item ([0-9]+)')::bigint AS item_id, count(DISTINCT e.id) AS n,
                sum(p.fen) AS fen, min(p.household_id) AS home, max(p.household_id) AS last_home
            FROM revenue_entry e JOIN revenue_posting p ON p.entry_id = e.id AND p.account = 'households'
            WHERE e.kind = 'payout' GROUP BY item_id
        ) e ON e.item_id = i.id
        WHERE i.id IS NULL
            OR (i.state = 'paid' AND (e.n IS DISTINCT FROM 1 OR e.fen <> i.fen))
            OR (i.state <> 'paid' AND coalesce(e.fen, 0) <> 0)
            OR e.home <> i.household_id OR e.last_home <> i.household_id
        """,
    ),
    Invariant(
        "payout-proof",
        "A paid item has its proof, from the day of release on.",
        """
        SELECT format('payout item %%s of %%s', i.id, b.reference),
            format('paid on %%s by %%s, batch %%s', i.paid_date, i.evidence_reference, b.state)
        FROM revenue_payoutitem i JOIN revenue_payoutbatch b ON b.id = i.batch_id
        WHERE i.state = 'paid' AND (i.evidence_reference = '' OR i.evidence = '' OR i.paid_date IS NULL
            OR b.state <> 'released' OR i.paid_date < (b.released_at AT TIME ZONE 'Asia/Shanghai')::date)
        """,
    ),
    Invariant(
        "payout-shares",
        "What a share was paid is the sum of its parts in paid items.",
        """
        SELECT format('share %%s of line %%s', s.id, s.line_id),
            format('%%s fen paid, items say %%s', s.paid_fen, coalesce(p.fen, 0))
        FROM revenue_share s
        LEFT JOIN (
            SELECT p.share_id, sum(p.fen) AS fen FROM revenue_payoutpart p
            JOIN revenue_payoutitem i ON i.id = p.item_id WHERE i.state = 'paid' GROUP BY p.share_id
        ) p ON p.share_id = s.id
        WHERE s.paid_fen <> coalesce(p.fen, 0)
        """,
    ),
    Invariant(
        "dispute-adjustments",
        "What decisions added to a share is what its upheld disputes say.",
        """
        SELECT format('share %%s of line %%s', s.id, s.line_id),
            format('%%s fen added, decisions say %%s', s.adjusted_fen, coalesce(d.fen, 0))
        FROM revenue_share s
        LEFT JOIN (
            SELECT share_id, sum(adjustment_fen) AS fen FROM revenue_dispute WHERE state = 'upheld' GROUP BY share_id
        ) d ON d.share_id = s.id
        WHERE s.adjusted_fen <> coalesce(d.fen, 0)
        """,
    ),
)
