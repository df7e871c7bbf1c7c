"""Translations with Babel alone: no gettext tools are needed on the machine.

python -m shop.messages             compile what changed (part of `make install`)
python -m shop.messages --collect   gather the English texts of code and templates into the .po files (`make messages`)

Chinese holds every text; Uyghur holds those of a household's pages.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "shop" / "locale"
OF_PACKAGES = ROOT / "shop" / "locale_cms"  # words of the editors' rooms that their package lacks; not collected
CHINESE, UYGHUR = "zh_Hans", "ug"
ROOMS = ("catalogue", "certification", "logistics", "shop")
# Where the texts of a household's pages stand: files, and of a file of code the names that speak to a household.
COMPONENTS = ("button", "field", "field_errors", "icon", "language_switch", "logo", "notice", "pill")
ERROR_PAGES = ("400", "403", "404", "500", "503", "csrf")
HOUSEHOLD_TEMPLATES = (
    "base", "base_work", "frame/head", "frame/header", "frame/footer", "household/enter", "household/statement",
    *ERROR_PAGES, *(f"components/{name}" for name in COMPONENTS),
)  # fmt: skip
HOUSEHOLD_CODE: dict[str, tuple[str, ...]] = {
    "shop/household/forms.py": ("EnterForm", "ShareForm", "DisputeForm"),
    "shop/household/sheet.py": ("columns", "lines"),
    "shop/household/views.py": ("page", "received", "dispute", "leave"),
    "shop/revenue/disputes.py": ("open_for",),
    "shop/revenue/models.py": ("Share", "PayoutItem", "Dispute"),
    "shop/revenue/payouts.py": ("confirm",),
}
HEADER = """# The {name} of {what}; `make messages` adds what is new.
msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {plural};\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
HEADERS = {
    CHINESE: HEADER.format(
        name="Chinese", what="every English text in code and templates", code=CHINESE, plural="nplurals=1; plural=0"
    ),
    UYGHUR: HEADER.format(
        name="Uyghur",
        what="every English text on a household's pages",
        code=UYGHUR,
        plural="nplurals=2; plural=(n != 1)",
    ),
}
Positions = tuple[int | tuple[int, str], ...]
PLAIN: dict[str, Positions | None] = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
KEYWORDS = PLAIN | {
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def po_file(locale: str) -> Path:
    return LOCALES / locale / "LC_MESSAGES" / "django.po"


def compile_all() -> None:
    """Write the .mo files that are older than the .po.

    English is written out too, each text as itself: packages below us carry English catalogues of their own, in which
    some of our words ("Basket") would be exchanged for theirs.
    """
    for po in (*LOCALES.rglob("*.po"), *OF_PACKAGES.rglob("*.po")):
        _write(po.with_suffix(".mo"), newer_than=po, catalogue=_read(po))
    chinese = po_file(CHINESE)
    _write(LOCALES / "en" / "LC_MESSAGES" / "django.mo", newer_than=chinese, catalogue=_as_itself(current()))


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


Text = tuple[str | tuple[str, str], str | None]


def texts() -> Iterator[Text]:
    """Every translatable (text or (singular, plural), context) of the rooms' code and templates."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield from _texts_of_code(path.read_bytes())
            elif path.suffix in (".html", ".txt") and path.name != "styleguide.html":
                yield from _texts_of_template(path)


def household_texts() -> Iterator[Text]:
    """Every text that a household's pages may show.

    Raises ValueError when a name that should speak to a household is no longer where it was.
    """
    for name in HOUSEHOLD_TEMPLATES:
        yield from _texts_of_template(_template(name))
    for file, names in HOUSEHOLD_CODE.items():
        source = (ROOT / file).read_text("utf-8")
        defined = {getattr(node, "name", ""): node for node in ast.parse(source).body}
        for name in names:
            if name not in defined:
                raise ValueError(f"{file} defines no {name}: correct HOUSEHOLD_CODE in shop/messages.py.")
            yield from _texts_of_code((ast.get_source_segment(source, defined[name]) or "").encode())


def _template(name: str) -> Path:
    in_jinja = ROOT / "shop" / "jinja2" / f"{name}.html"
    return in_jinja if in_jinja.exists() else ROOT / "shop" / "templates" / f"{name}.html"


def _texts_of_template(path: Path) -> Iterator[Text]:
    """Nothing where a file is no template of ours."""
    if "jinja2" in path.parts:
        yield from _texts_of_code(path.read_bytes(), written_in=babel_extract)
    elif "templates" in path.parts:
        yield from _texts_of_djangos(path)


def _texts_of_djangos(path: Path) -> Iterator[Text]:
    from django.utils.translation.template import templatize

    plain = templatize(path.read_text("utf-8"), origin=str(path))
    yield from _texts_of_code("\n".join(line.strip() for line in plain.splitlines()).encode())


def _texts_of_code(source: bytes, *, written_in: Any = "python") -> Iterator[Text]:
    found = extract(written_in, BytesIO(source), KEYWORDS, options={"encoding": "utf-8"})
    for _line, message, _comments, context in found:
        yield message, context  # type: ignore[misc]


def collected(locale: str = CHINESE) -> Catalog:
    """The texts a language needs, untranslated."""
    catalogue = Catalog(project="Oasis Market", charset="utf-8", locale=locale)
    for message, context in texts() if locale == CHINESE else household_texts():
        if message:
            catalogue.add(message, context=context)
    return catalogue


def current(locale: str = CHINESE) -> Catalog:
    """The texts of a language with their translations, as they stand in its file."""
    if not po_file(locale).exists():
        return Catalog(locale=locale)
    with po_file(locale).open("rb") as source:
        return read_po(source, locale=locale)


def collect(locale: str) -> None:
    """Merge new texts into a language's .po file, keeping translations; texts no longer used are dropped."""
    catalogue = current(locale)
    catalogue.update(collected(locale), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    po_file(locale).parent.mkdir(parents=True, exist_ok=True)
    with po_file(locale).open("wb") as target:
        target.write(HEADERS[locale].encode())
        write_po(
            target, catalogue, width=120, sort_output=True, omit_header=True, ignore_obsolete=True, no_location=True
        )


if __name__ == "__main__":
    if "--collect" in sys.argv[1:]:
        import django
        from django.conf import settings

        settings.configure(USE_I18N=True)
        django.setup()
        for locale in (CHINESE, UYGHUR):
            collect(locale)
    compile_all()
