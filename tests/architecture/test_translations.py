"""Every English text of code and templates has its Chinese; every one on a household's pages its Uyghur too."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from shop import messages

# Placeholders of both kinds of formatting, and tags; each must come through a translation unchanged.
KEPT = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w[^>]*>")
# What a translation is written in, and what it must not be written in.
LETTERS = {messages.CHINESE: re.compile(r"[\u4e00-\u9fff]"), messages.UYGHUR: re.compile(r"[\u0600-\u06ff]")}
STRANGE = {messages.CHINESE: re.compile(r"[\u0600-\u06ff]"), messages.UYGHUR: re.compile(r"[\u4e00-\u9fffA-Za-z]")}
# Names and codes that are written alike in every language.
ALIKE: frozenset[str] = frozenset()
LATIN_NAMES = re.compile(r"\bNUL\b")
LOCALES = pytest.mark.parametrize("locale", [messages.CHINESE, messages.UYGHUR])


def sources(message: Message) -> tuple[str, ...]:
    """The English of a message: one text, or singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def missing(texts: Catalog, translated: Catalog) -> Iterator[str]:
    """Texts that are not translated: not there, empty or fuzzy."""
    for text in texts:
        if not text.id:
            continue
        found = translated.get(sources(text)[0], text.context)
        if found is None or found.fuzzy or sources(found) != sources(text) or not all(translations(found)):
            yield sources(text)[0]


def changed_placeholders(translated: Catalog) -> Iterator[str]:
    """Texts whose translation does not hold the placeholders of the English one, each as often."""
    for message in translated:
        wanted = Counter(KEPT.findall(sources(message)[-1]))
        if message.id and any(Counter(KEPT.findall(text)) != wanted for text in translations(message)):
            yield sources(message)[0]


def untranslated(translated: Catalog, locale: str = messages.CHINESE) -> Iterator[str]:
    """Texts with words whose translation has none of the language's own letters, as a repeated English one has none."""
    for message in translated:
        words = any(re.search("[A-Za-z]", KEPT.sub("", text)) for text in sources(message))
        own = all(map(LETTERS[locale].search, translations(message)))
        if message.id and words and not own and not ALIKE & set(sources(message)):
            yield sources(message)[0]


def mixed(translated: Catalog, locale: str) -> Iterator[str]:
    """Texts whose translation holds letters of another language, placeholders and a few names apart."""
    for message in translated:
        plain = [LATIN_NAMES.sub("", KEPT.sub("", text)) for text in translations(message)]
        if message.id and any(map(STRANGE[locale].search, plain)):
            yield sources(message)[0]


def catalogue(text: str | tuple[str, str], chinese: str | tuple[str, ...], *, fuzzy: bool = False) -> Catalog:
    made = Catalog(locale="zh_Hans")
    made.add(text, chinese, flags=["fuzzy"] if fuzzy else [])
    return made


@LOCALES
def test_every_text_is_translated(locale: str) -> None:
    texts = messages.collected(locale)

    found = list(missing(texts, messages.current(locale)))

    assert len(texts) > {messages.CHINESE: 500, messages.UYGHUR: 90}[locale]
    assert found == [], f"run `make messages` and translate them in {messages.po_file(locale)}"


def test_the_uyghur_texts_are_a_part_of_the_chinese_ones() -> None:
    everything = messages.current()

    only = [text.id for text in messages.collected(messages.UYGHUR) if text.id and not everything.get(sources(text)[0])]

    assert only == []


def test_a_name_that_no_longer_speaks_to_households_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(messages.HOUSEHOLD_CODE, "shop/revenue/payouts.py", ("no_such_function",))

    with pytest.raises(ValueError, match="no_such_function"):
        messages.collected(messages.UYGHUR)


@LOCALES
def test_every_translation_keeps_its_placeholders(locale: str) -> None:
    assert list(changed_placeholders(messages.current(locale))) == []


@LOCALES
def test_no_translation_repeats_the_english(locale: str) -> None:
    assert list(untranslated(messages.current(locale), locale)) == []


@LOCALES
def test_no_translation_is_in_the_letters_of_another_language(locale: str) -> None:
    assert list(mixed(messages.current(locale), locale)) == []


@pytest.mark.parametrize("uyghur", ["سېۋەت basket", "购物篮", "سېۋەت 篮"])
def test_the_look_for_strange_letters_sees_them(uyghur: str) -> None:
    assert list(mixed(catalogue("Basket", uyghur), messages.UYGHUR)) == ["Basket"]


def test_the_look_for_strange_letters_passes_over_placeholders() -> None:
    assert list(mixed(catalogue("%(day)s: {name} <b>x</b>", "%(day)s: {name} <b>كۈن</b>"), messages.UYGHUR)) == []


@pytest.mark.parametrize(
    "translated",
    [
        Catalog(locale="zh_Hans"),
        catalogue("A made-up text", ""),
        catalogue("A made-up text", "一句话", fuzzy=True),
        catalogue(("A made-up text", "Made-up texts"), ("一句话",)),
    ],
    ids=["not there", "empty", "fuzzy", "with another plural"],
)
def test_the_look_for_missing_texts_sees_one(translated: Catalog) -> None:
    texts = catalogue("A made-up text", "")

    assert list(missing(texts, translated)) == ["A made-up text"]


def test_the_look_for_missing_texts_tells_contexts_apart() -> None:
    texts = Catalog(locale="zh_Hans")
    texts.add("Order", context="of a list")

    assert list(missing(texts, catalogue("Order", "订单"))) == ["Order"]


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("%(left)d left", "还剩"),
        ("%(left)d left", "还剩 %(rest)d"),
        ("%(left)d left", "还剩 %(left)s"),
        ("%s is paid", "%s %s 已付款"),
        ("{count} packs", "件"),
        ("<strong>now</strong>", "现在"),
    ],
)
def test_the_look_for_placeholders_sees_a_change(text: str, chinese: str) -> None:
    assert list(changed_placeholders(catalogue(text, chinese))) == [text]


def test_the_look_for_placeholders_reads_every_form() -> None:
    translated = catalogue(("%(n)s pack", "%(n)s packs"), ("%(count)s 件",))

    assert list(changed_placeholders(translated)) == ["%(n)s pack"]


@pytest.mark.parametrize("chinese", ["Basket", "basket 1"])
def test_the_look_for_repeated_english_sees_it(chinese: str) -> None:
    assert list(untranslated(catalogue("Basket", chinese))) == ["Basket"]


@LOCALES
def test_collecting_again_changes_nothing(locale: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`make messages` is safe to run at any time: the file on disk is what it would write."""
    written = messages.po_file(locale).read_bytes()
    monkeypatch.setattr(messages, "LOCALES", tmp_path)
    copy = messages.po_file(locale)
    copy.parent.mkdir(parents=True)
    copy.write_bytes(written)

    messages.collect(locale)

    assert copy.read_bytes() == written


def test_a_new_text_is_collected_untranslated_and_the_old_ones_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = messages.po_file(messages.UYGHUR).read_text("utf-8")
    monkeypatch.setattr(messages, "LOCALES", tmp_path)
    copy = messages.po_file(messages.UYGHUR)
    copy.parent.mkdir(parents=True)
    copy.write_text(written.replace('msgid "Printed code"\n', 'msgid "Another code"\n'), "utf-8")

    messages.collect(messages.UYGHUR)

    kept = messages.current(messages.UYGHUR)
    assert (kept["Printed code"].string, kept.get("Another code")) == ("", None)
    assert kept["Open"].string == "ئېچىش"
