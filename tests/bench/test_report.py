"""A run's ratios and tables say what was measured; the run itself is real, on two servers that do nothing."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest

from bench import load
from bench.load import Ask
from bench.storefront import measure, report
from bench.storefront.measure import Figures, Purchases
from bench.storefront.pages import KINDS
from bench.storefront.sites import OURS, OURS_FRESH, STOCK

RATIOS = {"list_cached", "list_fresh", "product_cached", "product_fresh", "search_fresh", "purchase_cpu"}


def figures(per_second: float, connections: int = 8) -> Figures:
    """As many requests in one second, each with 2 ms of the site's CPU and 1 ms of the database's."""
    seen = load.Outcome(requests=int(per_second), seconds=1, received=int(per_second) * 100, latencies_ms=[4.0, 5.0])
    made = Figures()
    made.add(seen, web_s=per_second * 0.002, database_s=per_second * 0.001)
    return made


def result(speeds: dict[str, float], purchase_s: dict[str, float], connections: tuple[int, ...] = (8,)) -> Any:
    all_figures = {
        (site, kind, many): figures(speed * many)
        for site, speed in speeds.items()
        for kind in KINDS
        for many in connections
    }
    bought = {site: Purchases(2, 20, cpu, 0.0, [100.0, 110.0]) for site, cpu in purchase_s.items()}
    return report.result(
        all_figures, bought, queries={STOCK: {"list": 11}}, machine=report.machine(),
        at=datetime(2026, 6, 1, tzinfo=UTC), products=200, seconds=1.0, rounds=1,
    )  # fmt: skip


@pytest.fixture
def whole() -> Any:
    return result({OURS: 1000.0, OURS_FRESH: 50.0, STOCK: 10.0}, {OURS: 0.25, STOCK: 1.0})


def test_ratios_are_requests_per_second_ours_over_stock(whole: Any) -> None:
    found = {name: whole[name] for name in RATIOS - {"purchase_cpu"}}

    assert found == {
        "list_cached": 100.0, "product_cached": 100.0, "list_fresh": 5.0, "product_fresh": 5.0, "search_fresh": 5.0,
    }  # fmt: skip


def test_the_purchase_ratio_is_cpu_ours_over_stock(whole: Any) -> None:
    assert whole["purchase_cpu"] == 0.25


def test_the_result_is_json_and_holds_every_ratio_by_name(whole: Any) -> None:
    read = json.loads(json.dumps(whole))

    assert set(read) >= RATIOS
    assert {row["site"] for row in read["pages"]} == {OURS, OURS_FRESH, STOCK}


def test_ratios_are_taken_at_eight_connections_where_they_were_tried() -> None:
    several = result({OURS: 1000.0, OURS_FRESH: 50.0, STOCK: 10.0}, {OURS: 1.0, STOCK: 1.0}, connections=(1, 8, 32))

    assert len(several["pages"]) == 3 * 3 * len(KINDS)
    assert several["list_cached"] == 100.0


def test_a_goal_is_met_from_below_for_cost_and_from_above_for_speed() -> None:
    assert report.met("list_fresh", 8.0) and not report.met("list_fresh", 7.9)
    assert report.met("purchase_cpu", 1 / 6) and not report.met("purchase_cpu", 0.17)


def test_both_tables_say_every_figure_and_every_ratio(whole: Any) -> None:
    for text in (report.table(whole), report.markdown(whole)):
        assert all(name in text for name in RATIOS)
        assert "200 products" in text
        assert text.count("purchase ") >= 2
        assert "3.00" in text  # CPU ms of a page: 2 and 1


def test_figures_are_the_median_of_slices_and_sums_of_cpu() -> None:
    seen = Figures()
    for rate, cpu in ((10, 1.0), (30, 3.0), (20, 2.0)):
        seen.add(load.Outcome(requests=rate, seconds=1, received=rate * 50, latencies_ms=[1.0]), cpu, 0.0)

    row = seen.row()

    assert (row["per_second"], row["cpu_ms"], row["bytes"], row["requests"]) == (20, 100.0, 50, 60)


def test_the_run_alternates_between_the_sites_and_counts_for_each(monkeypatch: Any) -> None:
    order: list[str] = []

    def slice_of(site: str, asks: Any, seconds: float, many: int, start: int) -> Any:
        order.append(site)
        return load.Outcome(requests=5, seconds=1.0, received=500, latencies_ms=[1.0] * 5), 0.01, 0.01

    names = {name: name for name in (OURS, OURS_FRESH, STOCK)}
    asks = {name: {kind: [Ask("/")] for kind in KINDS} for name in names}
    monkeypatch.setattr(measure, "_slice", slice_of)
    monkeypatch.setattr(measure, "_warm", lambda *known: None)
    monkeypatch.setattr(measure, "asked_of", lambda sites, of: asks)

    found = measure.browse(names, None, seconds=1, connections=[8], rounds=2, say=str)  # type: ignore[arg-type]

    assert order == [OURS, OURS_FRESH, STOCK] * 2 * len(KINDS)
    assert {key: seen.requests for key, seen in found.items()} == {(n, k, 8): 10 for n in names for k in KINDS}


def test_a_wrong_answer_ends_the_run(monkeypatch: Any) -> None:
    wrong = load.Outcome(requests=5, seconds=1.0)
    wrong.errors["status 500"] = 1
    monkeypatch.setattr(measure, "_slice", lambda *known: (wrong, 0.0, 0.0))
    monkeypatch.setattr(measure, "_warm", lambda *known: None)
    monkeypatch.setattr(measure, "asked_of", lambda sites, of: {OURS: {kind: [Ask("/")] for kind in KINDS}})

    with pytest.raises(load.Wrong, match="1 x status 500"):
        measure.browse({OURS: OURS}, None, seconds=1, connections=[8], rounds=1, say=str)  # type: ignore[dict-item, arg-type]


@pytest.mark.parametrize(("database_s", "is_fresh"), [(0.01, True), (0.0, False)])
def test_pages_rendered_anew_that_ask_no_database_end_the_run(database_s: float, is_fresh: bool) -> None:
    seen = Figures()
    seen.add(load.Outcome(requests=100, seconds=1.0), web_s=1.0, database_s=database_s)

    with nullcontext() if is_fresh else pytest.raises(measure.NotFresh, match="list: 100 pages"):
        measure._require_fresh({(OURS_FRESH, "list", 8): seen, (OURS, "list", 8): Figures(requests=100)})


def test_the_tables_replace_what_stood_between_their_marks(whole: Any, tmp_path: Any) -> None:
    document = tmp_path / "performance.md"
    document.write_text("before <!-- measured: 200 products --> old <!-- end: 200 products --> after")

    report.write_into(document, whole)
    report.write_into(document, whole)

    text = document.read_text()
    assert text.startswith("before ") and text.endswith(" after")
    assert text.count("| `list_cached` |") == 1
    assert " old " not in text


def test_a_document_without_marks_is_left_as_it_is(whole: Any, tmp_path: Any) -> None:
    document = tmp_path / "performance.md"
    document.write_text("before <!-- measured: 5000 products --> after")

    with pytest.raises(report.NoPlace, match="200 products"):
        report.write_into(document, whole)

    assert document.read_text() == "before <!-- measured: 5000 products --> after"
