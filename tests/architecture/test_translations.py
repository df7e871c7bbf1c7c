"""Every English text of code and templates has its Chinese."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from shop import messages

# Placeholders of both kinds of formatting, and tags; each must come through a translation unchanged.
KEPT = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w[^>]*>")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names and codes that are written alike in both languages.
ALIKE: frozenset[str] = frozenset()


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


def untranslated(translated: Catalog) -> Iterator[str]:
    """Texts whose translation has no Chinese in it, an English text repeated among them."""
    for message in translated:
        if message.id and not ALIKE & set(sources(message)) and not all(map(CHINESE.search, translations(message))):
            yield sources(message)[0]


def catalogue(text: str | tuple[str, str], chinese: str | tuple[str, ...], *, fuzzy: bool = False) -> Catalog:
    made = Catalog(locale="zh_Hans")
    made.add(text, chinese, flags=["fuzzy"] if fuzzy else [])
    return made


def test_every_text_is_translated() -> None:
    texts = messages.collected()

    found = list(missing(texts, messages.current()))

    assert len(texts) > 500
    assert found == [], "run `make messages` and translate them"


def test_every_translation_keeps_its_placeholders() -> None:
    assert list(changed_placeholders(messages.current())) == []


def test_no_translation_repeats_the_english() -> None:
    assert list(untranslated(messages.current())) == []


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


def test_collecting_again_changes_nothing() -> None:
    """`make messages` is safe to run at any time: the file on disk is what it would write."""
    before = messages.PO.read_bytes()

    messages.collect()

    assert messages.PO.read_bytes() == before
