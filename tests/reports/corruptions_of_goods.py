"""Corruptions of places, lots, stock, orders and payments."""

from __future__ import annotations

from tests.reports.house import payment_of
from tests.reports.planting import Planted, line_words
from tests.revenue import world

ALL: list[Planted] = [
    (
        "place-one-bearer",
        "two divisions under one code",
        lambda h: (
            "ALTER TABLE catalogue_place DROP CONSTRAINT place_code_has_one_bearer_a_day;"
            "INSERT INTO catalogue_place (code, level, name, name_en, edition, valid_from) VALUES"
            " ('653223100', 'township', '甲', '', 'x', '2023-01-01'),"
            " ('653223b100', 'township', '乙', '', 'x', '2024-01-01')",
            "place 653223100",
        ),
    ),
    (
        "place-parent",
        "a prefecture ended and its county did not",
        lambda h: ("UPDATE catalogue_place SET valid_to = '2025-01-01' WHERE code = '6532'", "place 653223"),
    ),
    (
        "place-names",
        "a name older than its county",
        lambda h: (
            "INSERT INTO catalogue_formername (place_id, name, name_en, valid_from, valid_to, known_until)"
            " VALUES ('653223', '甲', '', '2001-01-01', '2024-01-01', now())",
            "place 653223",
        ),
    ),
    (
        "lot-used",
        "more used than later lots took",
        lambda h: (
            f"UPDATE provenance_lot SET used_g = used_g - 1 WHERE id = {h.lot.inputs.get().source_id}",
            f"lot {h.lot.inputs.get().source.code}",
        ),
    ),
    (
        "lot-output",
        "a lot grew",
        lambda h: (f"UPDATE provenance_lot SET grams = grams + 1 WHERE id = {h.lot.pk}", f"lot {h.lot.code}"),
    ),
    (
        "lot-output",
        "a lot from nowhere",
        lambda h: (f"DELETE FROM provenance_lotinput WHERE lot_id = {h.lot.pk}", f"lot {h.lot.code}"),
    ),
    (
        "lot-delivery",
        "a slip weighs less than went in",
        lambda h: (
            "UPDATE provenance_intakeslip SET grams = grams - 1 WHERE id = (SELECT min(id) FROM provenance_intakeslip)",
            "slip ",
        ),
    ),
    (
        "lot-packs",
        "more packs stocked than packed",
        lambda h: (f"UPDATE provenance_lot SET units = 499 WHERE id = {h.lot.pk}", f"lot {h.lot.code}"),
    ),
    (
        "certificate-taken",
        "taken grams forgotten",
        lambda h: ("UPDATE certification_certificate SET taken_g = taken_g - 1", f"certificate {h.certificate.number}"),
    ),
    (
        "stock-moves",
        "packs without a move",
        lambda h: ("UPDATE logistics_lotstock SET units = units + 1", f"stock of lot {h.lot.code} at county"),
    ),
    (
        "stock-moves",
        "a move deleted",
        lambda h: ("DELETE FROM logistics_stockmove WHERE kind = 'packed'", f"stock of lot {h.lot.code} at county"),
    ),
    (
        "stock-reserved",
        "a reservation lost",
        lambda h: ("DELETE FROM logistics_reservation WHERE state = 'held'", f"stock of lot {h.lot.code} at county"),
    ),
    (
        "stock-record",
        "a total off by one",
        lambda h: ("UPDATE partner_stockrecord SET num_in_stock = num_in_stock + 1", "stock record "),
    ),
    (
        "order-total",
        "a line costs one fen less",
        lambda h: (
            f"UPDATE order_line SET price_fen = price_fen - 1 WHERE order_id = {h.placed.pk}",
            f"order {h.placed.number}",
        ),
    ),
    (
        "order-total",
        "freight without a parcel",
        lambda h: (
            f"UPDATE order_order SET freight_fen = freight_fen + 5, total_fen = total_fen + 5 WHERE id = {h.paid.pk}",
            f"order {h.paid.number}",
        ),
    ),
    (
        "order-decimals",
        "yuan and fen differ",
        lambda h: (
            f"UPDATE order_order SET total_incl_tax = total_incl_tax + 0.01 WHERE id = {h.paid.pk}",
            f"order {h.paid.number}",
        ),
    ),
    (
        "order-paid",
        "paid without a payment",
        lambda h: (
            f"UPDATE order_order SET status = 'paid', paid_at = now() WHERE id = {h.placed.pk}",
            f"order {h.placed.number}",
        ),
    ),
    (
        "order-paid",
        "the payment is one fen short",
        lambda h: (
            f"UPDATE payments_payment SET received_fen = received_fen - 1 WHERE id = {payment_of(h.paid)}",
            f"order {h.paid.number}",
        ),
    ),
    (
        "order-packs",
        "a lot dropped from a line",
        lambda h: (f"DELETE FROM order_linelot WHERE line_id = {world.line_of(h.paid).pk}", line_words(h, "paid")),
    ),
    (
        "order-expired-holds-nothing",
        "an old order still holds",
        lambda h: (
            f"UPDATE order_order SET reserved_until = '2026-09-01' WHERE id = {h.placed.pk}",
            line_words(h, "placed"),
        ),
    ),
    (
        "order-cancelled-holds-nothing",
        "a cancelled order still holds",
        lambda h: (f"UPDATE order_order SET status = 'cancelled' WHERE id = {h.placed.pk}", line_words(h, "placed")),
    ),
    (
        "order-refunds",
        "a refund not counted on the line",
        lambda h: (f"UPDATE order_line SET refunded_fen = 0 WHERE order_id = {h.paid.pk}", line_words(h, "paid")),
    ),
    (
        "payment-refunds",
        "a refund not counted on the payment",
        lambda h: (
            f"UPDATE payments_payment SET refunded_fen = 0 WHERE id = {payment_of(h.paid)}",
            f"payment {payment_of(h.paid)}",
        ),
    ),
]
