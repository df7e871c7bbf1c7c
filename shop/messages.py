"""Translations with Babel alone: no gettext tools are needed on the machine.

python -m shop.messages             compile what changed (part of `make install`)
python -m shop.messages --collect   gather the English texts of code and templates into the .po file (`make messages`)
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "shop" / "locale"
PO = LOCALES / "zh_Hans" / "LC_MESSAGES" / "django.po"
ROOMS = ("catalogue", "certification", "logistics", "shop")
HEADER = """# The Chinese of every English text in code and templates; `make messages` adds what is new.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
Positions = tuple[int | tuple[int, str], ...]
PLAIN: dict[str, Positions | None] = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
KEYWORDS = PLAIN | {
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def compile_all() -> None:
    """Write the .mo files that are older than the .po.

    English is written out too, each text as itself: packages below us carry English catalogues of their own, in which
    some of our words ("Basket") would be exchanged for theirs.
    """
    for po in LOCALES.rglob("*.po"):
        _write(po.with_suffix(".mo"), newer_than=po, catalogue=_read(po))
    _write(LOCALES / "en" / "LC_MESSAGES" / "django.mo", newer_than=PO, catalogue=_as_itself(current()))


def _read(po: Path) -> Catalog:
    with po.open("rb") as source:
        return read_po(source)


def _write(mo: Path, *, newer_than: Path, catalogue: Catalog) -> None:
    if mo.exists() and mo.stat().st_mtime >= newer_than.stat().st_mtime:
        return
    mo.parent.mkdir(parents=True, exist_ok=True)
    with mo.open("wb") as target:
        write_mo(target, catalogue)


def _as_itself(catalogue: Catalog) -> Catalog:
    english = Catalog(locale="en", charset="utf-8")
    for message in catalogue:
        if message.id:
            english.add(message.id, message.id, context=message.context)
    return english


def texts() -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Every translatable (text or (singular, plural), context) of the rooms' code and templates."""
    from django.utils.translation.template import templatize

    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                source = path.read_bytes()
            elif path.suffix in (".html", ".txt") and "templates" in path.parts and path.name != "styleguide.html":
                plain = templatize(path.read_text("utf-8"), origin=str(path))
                source = "\n".join(line.strip() for line in plain.splitlines()).encode()
            else:
                continue
            for _line, message, _comments, context in extract(
                "python", BytesIO(source), KEYWORDS, options={"encoding": "utf-8"}
            ):
                yield message, context  # type: ignore[misc]


def collected() -> Catalog:
    catalogue = Catalog(project="Oasis Market", charset="utf-8", locale="zh_Hans")
    for message, context in texts():
        if message:
            catalogue.add(message, context=context)
    return catalogue


def current() -> Catalog:
    if not PO.exists():
        return Catalog(locale="zh_Hans")
    with PO.open("rb") as source:
        return read_po(source, locale="zh_Hans")


def collect() -> None:
    """Merge new texts into the .po file, keeping translations; texts no longer used are dropped."""
    catalogue = current()
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as target:
        target.write(HEADER.encode())
        write_po(
            target, catalogue, width=120, sort_output=True, omit_header=True, ignore_obsolete=True, no_location=True
        )


if __name__ == "__main__":
    if "--collect" in sys.argv[1:]:
        import django
        from django.conf import settings

        settings.configure(USE_I18N=True)
        django.setup()
        collect()
    compile_all()
