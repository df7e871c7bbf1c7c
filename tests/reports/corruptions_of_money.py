"""Corruptions of the ledger, shares, payouts, disputes and closed months."""

from __future__ import annotations

from tests.reports.house import booked, payment_of
from tests.reports.planting import Planted, line_words, paid_item, posting, sale, share
from tests.revenue import world

ALL: list[Planted] = [
    (
        "entry-balances",
        "a posting one fen more",
        lambda h: (
            f"UPDATE revenue_posting SET fen = fen + 1 WHERE {posting(sale(h), 'platform')}",
            f"entry {line_words(h)} sale",
        ),
    ),
    (
        "entry-balances",
        "a posting deleted",
        lambda h: (f"DELETE FROM revenue_posting WHERE {posting(sale(h), 'tax')}", f"entry {line_words(h)} sale"),
    ),
    (
        "entry-balances",
        "an entry without postings",
        lambda h: (f"DELETE FROM revenue_posting WHERE entry_id = {sale(h)}", f"entry {line_words(h)} sale"),
    ),
    (
        "entry-body",
        "a balanced pair added",
        lambda h: (
            "INSERT INTO revenue_posting (entry_id, account, fen) VALUES "
            f"({sale(h)}, 'platform', -9), ({sale(h)}, 'gateway', 9)",
            f"entry {line_words(h)} sale",
        ),
    ),
    (
        "entry-body",
        "all signs flipped",
        lambda h: (f"UPDATE revenue_posting SET fen = -fen WHERE entry_id = {sale(h)}", f"entry {line_words(h)} sale"),
    ),
    (
        "entry-body",
        "moved to another line",
        lambda h: (
            f"UPDATE revenue_entry SET line_id = {world.line_of(h.paid).pk} WHERE id = {sale(h)}",
            f"entry {line_words(h)} sale",
        ),
    ),
    (
        "entry-day",
        "moved over a month end",
        lambda h: (
            f"UPDATE revenue_entry SET booked_date = '2026-08-31' WHERE id = {sale(h)}",
            f"entry {line_words(h)} sale",
        ),
    ),
    (
        "ledger-buyers",
        "a payment's entry deleted",
        lambda h: (
            f"DELETE FROM revenue_posting WHERE entry_id = {booked(f'payment {payment_of(h.delivered)}')}",
            f"order {h.delivered.number}",
        ),
    ),
    (
        "ledger-payments",
        "a payment never booked",
        lambda h: (
            f"DELETE FROM revenue_posting WHERE entry_id = {booked(f'payment {payment_of(h.paid)}')};"
            f"DELETE FROM revenue_entry WHERE id = {booked(f'payment {payment_of(h.paid)}')}",
            f"payment {payment_of(h.paid)}",
        ),
    ),
    (
        "ledger-payments",
        "a fee that is wrong",
        lambda h: (
            f"UPDATE payments_payment SET fee_fen = 1 WHERE id = {payment_of(h.delivered)}",
            f"payment {payment_of(h.delivered)}",
        ),
    ),
    (
        "ledger-payments",
        "an entry without a payment",
        lambda h: (
            "UPDATE revenue_entry SET reference = 'payment 999999'"
            f" WHERE id = {booked(f'payment {payment_of(h.paid)}')}",
            "entry payment 999999",
        ),
    ),
    (
        "ledger-refunds",
        "a refund missing in the ledger",
        lambda h: (
            f"UPDATE revenue_entry SET reference = 'refund other' WHERE id = {booked('refund R-after')}",
            "refund R-after",
        ),
    ),
    (
        "ledger-refunds",
        "a refund of another amount",
        lambda h: (
            "UPDATE payments_refund SET amount_fen = amount_fen + 1 WHERE reference = 'R-after'",
            "refund R-after",
        ),
    ),
    (
        "ledger-gateway",
        "money left the gateway",
        lambda h: (
            "INSERT INTO revenue_posting (entry_id, account, fen)"
            f" VALUES ({sale(h)}, 'gateway', -5), ({sale(h)}, 'tax', 5)",
            "account gateway",
        ),
    ),
    (
        "ledger-freight",
        "more freight than agreed",
        lambda h: (
            f"UPDATE order_consignment SET freight_fen = freight_fen - 1 WHERE order_id = {h.delivered.pk}",
            f"entry order {h.delivered.number} consignment 1 freight",
        ),
    ),
    (
        "sale-accepted",
        "accepted and not divided",
        lambda h: (f"UPDATE order_line SET accepted_at = now() WHERE order_id = {h.paid.pk}", line_words(h, "paid")),
    ),
    (
        "sale-division",
        "a division's parts moved",
        lambda h: (
            "UPDATE revenue_division SET platform_fen = platform_fen - 1, tax_fen = tax_fen + 1"
            f" WHERE line_id = {world.line_of(h.delivered).pk}",
            line_words(h),
        ),
    ),
    (
        "sale-division",
        "a sale booked twice",
        lambda h: (
            "INSERT INTO revenue_entry"
            " (kind, reference, body_hash, booked_at, booked_date, order_id, line_id, transaction)"
            f" SELECT kind, 'again', body_hash, booked_at, booked_date, order_id, line_id, 0 FROM revenue_entry"
            f" WHERE id = {sale(h)};"
            "INSERT INTO revenue_posting (entry_id, account, partner_id, household_id, fen)"
            " SELECT (SELECT id FROM revenue_entry WHERE reference = 'again'), account, partner_id, household_id, fen"
            f" FROM revenue_posting WHERE entry_id = {sale(h)}",
            line_words(h),
        ),
    ),
    (
        "sale-price",
        "the price changed after the sale",
        lambda h: (f"UPDATE order_line SET price_fen = price_fen + 1 WHERE order_id = {h.delivered.pk}", line_words(h)),
    ),
    (
        "shares-sum",
        "a share one fen more",
        lambda h: (f"UPDATE revenue_share SET fen = fen + 1 WHERE id = {share(h).pk}", line_words(h)),
    ),
    (
        "shares-booked",
        "a share moved to another household",
        lambda h: (
            "UPDATE revenue_share SET household_id = (SELECT max(id) FROM households_household) + 1"
            f" WHERE id = {share(h).pk};"
            "INSERT INTO households_household (id, reference, county_id, language, joined_at)"
            " SELECT max(id) + 1, 'H-OTHER', min(county_id), 'zh-hans', now() FROM households_household",
            "household H-OTHER",
        ),
    ),
    (
        "shares-booked",
        "a refund forgotten on a share",
        lambda h: (
            f"UPDATE revenue_share SET reversed_fen = reversed_fen - 1 WHERE id = {share(h, 1).pk}",
            f"household {share(h, 1).household.reference}",
        ),
    ),
    (
        "shares-owed",
        "a payment forgotten on a share",
        lambda h: (
            f"UPDATE revenue_share SET paid_fen = 0 WHERE id = {share(h).pk}",
            f"household {share(h).household.reference}",
        ),
    ),
    (
        "share-state",
        "paid that was never paid",
        lambda h: (
            f"UPDATE revenue_share SET state = 'confirmed' WHERE id = {share(h, 1).pk}",
            f"share {share(h, 1).pk} ",
        ),
    ),
    (
        "payout-sums",
        "an item of another amount",
        lambda h: (
            f"UPDATE revenue_payoutitem SET fen = fen + 1 WHERE id = {paid_item(h).pk}",
            f"payout item {paid_item(h).pk} ",
        ),
    ),
    (
        "payout-sums",
        "a batch of another amount",
        lambda h: (
            f"UPDATE revenue_payoutbatch SET total_fen = total_fen + 1 WHERE id = {h.paid_batch.pk}",
            f"payout batch {h.paid_batch.reference}",
        ),
    ),
    (
        "payout-body",
        "an item for another household",
        lambda h: (
            f"UPDATE revenue_payoutitem SET household_id = household_id + 1000 WHERE id = {paid_item(h).pk}",
            f"payout batch {h.paid_batch.reference}",
        ),
    ),
    (
        "payout-people",
        "proof checked by who released",
        lambda h: (
            f"UPDATE revenue_payoutitem SET evidenced_by_id = {h.paid_batch.released_by_id}"
            f" WHERE id = {paid_item(h).pk}",
            f"payout batch {h.paid_batch.reference}",
        ),
    ),
    (
        "payout-booked",
        "a payout's entry without its item",
        lambda h: (
            "UPDATE revenue_entry SET reference = 'payout item 999999'"
            f" WHERE id = {booked(f'payout item {paid_item(h).pk}')}",
            "payout item 999999",
        ),
    ),
    (
        "payout-booked",
        "a failed item booked as paid",
        lambda h: (
            f"UPDATE revenue_payoutitem SET state = 'failed' WHERE id = {paid_item(h).pk}",
            f"payout item {paid_item(h).pk}",
        ),
    ),
    (
        "payout-proof",
        "proof from before the release",
        lambda h: (
            f"UPDATE revenue_payoutitem SET paid_date = '2026-01-01' WHERE id = {paid_item(h).pk}",
            f"payout item {paid_item(h).pk} ",
        ),
    ),
    (
        "payout-shares",
        "a share paid more than its items",
        lambda h: (
            f"UPDATE revenue_share SET paid_fen = paid_fen - 1 WHERE id = {share(h).pk}",
            f"share {share(h).pk} ",
        ),
    ),
    (
        "dispute-adjustments",
        "a decision forgotten",
        lambda h: (
            f"UPDATE revenue_dispute SET adjustment_fen = 80 WHERE id = {h.dispute.pk}",
            f"share {h.dispute.share_id} ",
        ),
    ),
    (
        "division-exact",
        "another version of the rule",
        lambda h: (
            "INSERT INTO revenue_feerule (id, version, platform_bp, transport_bp, tax_bp, valid_from, basis)"
            " VALUES (777, 777, 5, 5, 5, now(), 'x');"
            f"UPDATE revenue_division SET rule_id = 777 WHERE line_id = {world.line_of(h.delivered).pk}",
            f"division of line {world.line_of(h.delivered).pk}",
        ),
    ),
    (
        "division-exact",
        "an agreement edited after the sale",
        lambda h: (
            f"UPDATE households_agreement SET share_bp = 10000 WHERE id = {share(h).agreement_id}",
            f"division of line {world.line_of(h.delivered).pk}",
        ),
    ),
    (
        "refunds-exact",
        "a refund taken from another household",
        lambda h: (
            f"UPDATE revenue_share SET reversed_fen = reversed_fen - 1 WHERE id = {share(h, 1).pk};"
            f"UPDATE revenue_share SET reversed_fen = reversed_fen + 1 WHERE id = {share(h, 2).pk}",
            f"division of line {world.line_of(h.delivered).pk}",
        ),
    ),
    (
        "month-figures",
        "a sale slipped into a closed month",
        lambda h: (f"UPDATE revenue_entry SET booked_date = '2026-08-31' WHERE id = {sale(h)}", "month 2026-08"),
    ),
    (
        "month-hash",
        "an entry of a closed month reworded",
        lambda h: (
            f"UPDATE revenue_entry SET reference = 'x' WHERE id = {booked(f'payment {payment_of(h.august)}')}",
            "month 2026-08",
        ),
    ),
    (
        "month-hash",
        "a frozen figure changed",
        lambda h: (
            "UPDATE reports_monthclose SET figures = jsonb_set(figures, '{total,sales_fen}', '1')",
            "month 2026-08",
        ),
    ),
]
