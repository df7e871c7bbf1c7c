"""Every province, prefecture and county has an English name, read and spelled as its place is."""

import csv
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "catalogue" / "data"
sys.path.insert(0, str(ROOT / "scripts"))

import make_english_names  # noqa: E402

KINDS = {
    "自治县": "Autonomous County", "自治旗": "Autonomous Banner", "县": "County", "旗": "Banner", "市": "City",
    "区": "District",
}  # fmt: skip
PLAIN = re.compile(r"[A-Z][A-Za-zéêü' ,()-]*")

# Readings a dictionary of single characters gets wrong, and spellings of other languages, by code.
CHECKED = {
    "11": "Beijing", "50": "Chongqing", "14": "Shanxi", "61": "Shaanxi", "15": "Inner Mongolia", "54": "Tibet",
    "3502": "Xiamen", "3403": "Bengbu", "3415": "Lu'an", "3310": "Taizhou", "3416": "Bozhou", "1501": "Hohhot",
    "1502": "Baotou", "1506": "Ordos", "1525": "Xilingol League", "5401": "Lhasa", "5402": "Shigatse",
    "5425": "Ngari Prefecture", "5133": "Garzê Tibetan Autonomous Prefecture",
    "5132": "Ngawa Tibetan and Qiang Autonomous Prefecture", "5328": "Xishuangbanna Dai Autonomous Prefecture",
    "330382": "Yueqing City", "371524": "Dong'e County", "440113": "Panyu District", "410621": "Xunxian County",
    "371722": "Shanxian County", "131025": "Daicheng County", "140428": "Zhangzi County", "130726": "Yuxian County",
    "361124": "Yanshan County", "320116": "Luhe District", "411221": "Mianchi County", "411726": "Biyang County",
    "341621": "Guoyang County", "371481": "Laoling City", "130225": "Laoting County",
    "110105": "Chaoyang District", "310112": "Minhang District", 
    "511527": "Junlian County", "511123": "Qianwei County", "620802": "Kongtong District",
    "532531": "Lüchun County", "321183": "Jurong City", "440305": "Nanshan District",
    "141024": "Hongtong County", "140924": "Fanshi County", "350105": "Mawei District",
    "450406": "Longxu District", "610829": "Wubu County", "652902": "Kuqa City",
    "533401": "Shangri-La City", "632801": "Golmud City", "310115": "Pudong New Area", "140303": "Mining District",
    "532927": "Weishan Yi and Hui Autonomous County", "469026": "Changjiang Li Autonomous County",
    "653223": "Pishan County (Guma)", "653101": "Kashgar City",
}  # fmt: skip


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    return {row["code"]: row["name_en"] for row in read("names-en.csv")}


@pytest.fixture(scope="module")
def upper() -> dict[str, str]:
    """Chinese names of provinces, prefectures and counties."""
    return {
        row["code"]: row["name"]
        for row in read("divisions-2023.csv")
        if row["level"] in ("province", "prefecture", "county")
    }


def test_every_county_has_an_english_name(names: dict[str, str], upper: dict[str, str]) -> None:
    assert len(upper) > 3200
    assert [f"{code} {name}" for code, name in upper.items() if code not in names] == []


def test_every_name_is_written_in_latin_letters(names: dict[str, str]) -> None:
    assert {code: name for code, name in names.items() if not PLAIN.fullmatch(name)} == {}


@pytest.mark.parametrize("name", ["莱县", "laixian", "Lǐxiàn County", ""])
def test_the_look_for_latin_letters_sees_others(name: str) -> None:
    assert PLAIN.fullmatch(name) is None


def test_a_county_is_of_the_kind_its_chinese_name_says(names: dict[str, str], upper: dict[str, str]) -> None:
    wrong = []
    for code, name in upper.items():
        kind = next((word for word in KINDS if name.endswith(word)), None)
        if len(code) == 6 and kind and not re.search(rf"{KINDS[kind]}( \(.*\))?$|New Area$", names[code]):
            wrong.append((code, name, names[code]))

    assert wrong == []


def test_no_two_counties_of_a_prefecture_share_a_name_that_differ_in_chinese(
    names: dict[str, str], upper: dict[str, str]
) -> None:
    seen: dict[tuple[str, str], str] = {}
    twice = [
        (code, names[code])
        for code, name in upper.items()
        if len(code) == 6 and seen.setdefault((code[:4], names[code]), name) != name
    ]

    assert twice == []


@pytest.mark.parametrize(("code", "name"), CHECKED.items())
def test_a_name_is_read_and_spelled_as_its_place_is(names: dict[str, str], code: str, name: str) -> None:
    assert names[code] == name


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("530000", "双江拉祜族佤族布朗族傣族自治县", "Shuangjiang Lahu, Va, Blang and Dai Autonomous County"),
        ("410304", "瀍河回族区", "Chanhe Hui District"),
        ("620000", "东乡族自治县", "Dongxiang Autonomous County"),
        ("659001", "塔城市", "Tacheng City (Qoqek)"),
        ("542500", "噶尔县", "Gar County"),
        ("6590", "自治区直辖县级行政区划", "Directly under the region"),
    ],
)
def test_a_name_is_put_together_of_its_parts(
    monkeypatch: pytest.MonkeyPatch, code: str, chinese: str, english: str
) -> None:
    read_aloud = {"双江": ["shuang", "jiang"], "瀍河": ["chan", "he"]}
    monkeypatch.setattr(make_english_names, "_syllables", read_aloud.__getitem__)  # pinyin itself is not installed here

    assert make_english_names.english(code, chinese) == english


@pytest.mark.parametrize(
    ("own", "generic", "latin"),
    [
        ("单", "县", "Shanxian"),
        ("绿春", "县", "Lüchun"),
        ("东阿", "县", "Dong'e"),
        ("芒", "市", "Mangshi"),
        ("", "县", ""),
    ],
)
def test_pinyin_is_one_word_with_an_apostrophe_where_it_is_needed(
    monkeypatch: pytest.MonkeyPatch, own: str, generic: str, latin: str
) -> None:
    read_aloud = {"绿春": ["lv", "chun"], "东阿": ["dong", "e"], "芒": ["mang"]}
    monkeypatch.setattr(make_english_names, "_syllables", lambda name: list(read_aloud[name]))

    assert make_english_names._latin(own, generic) == latin


def test_a_name_of_no_known_kind_is_refused() -> None:
    with pytest.raises(KeyError, match="BY_CODE"):
        make_english_names.english("990001", "某某委员会")


def test_the_file_stays_small_and_sorted() -> None:
    codes = [row["code"] for row in read("names-en.csv")]

    assert codes == sorted(set(codes))
    assert (DATA / "names-en.csv").stat().st_size < 100_000
