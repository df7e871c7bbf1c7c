"""Rules that hold for every module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("catalogue", "certification", "logistics", "shop")
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
MONEY = [
    path
    for path in MODULES
    if path == ROOT / "shop" / "money.py"
    or {"revenue", "order", "payments", "reports"} & set(path.relative_to(ROOT).parts)
    and "testgateway" not in path.parts
]


def floats(tree: ast.AST) -> Iterator[int]:
    """Lines on which a float is written, made or divided into being."""
    for node in ast.walk(tree):
        written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        named = isinstance(node, ast.Name) and node.id == "float"
        divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        if written or named or divided:
            yield node.lineno


@pytest.mark.parametrize("path", MONEY, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_float_touches_money(path: Path) -> None:
    assert list(floats(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("code", ["x = 0.5", "x = float(3)", "x = price / 3"])
def test_the_look_for_floats_sees_one(code: str) -> None:
    assert list(floats(ast.parse(code))) == [1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_readable(path: Path) -> None:
    text = path.read_text("utf-8")

    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 60, node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_edges_read_the_clock(path: Path) -> None:
    """Views, jobs and commands read the clock and pass it on; domain functions take `at` or `on`.

    The page cache is an edge as well, and so are Wagtail's page models, which are views of themselves.
    """
    edges = {"views.py", "room.py", "refunding.py", "tasks.py", "strategy.py", "serving.py", "choosers.py"}
    folders = {"commands", "testgateway", "api", "templatetags", "pagecache"}
    if path.name in edges or folders & set(path.parts) or path == ROOT / "shop" / "pages" / "models.py":
        return
    calls = [
        ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    ]

    assert [call for call in calls if call in ("timezone.now", "datetime.now", "date.today", "time.time")] == []
