"""Add to catalogue/data/names-en.csv an English name for every province, prefecture and county that has none.

A name that stands in the file stays as it is. A new one is Hanyu Pinyin without tones, its generic part translated
(GB/T 17693 keeps both apart; an autonomous county names its nationality in English); places that are written by the
spelling of their own language (Lhasa, Hohhot, Kuqa) and names with an unusual reading are listed below.

Run: pip install pypinyin==0.55.0 (in an environment of its own; the shop does not need it), then
python scripts/make_english_names.py
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "catalogue" / "data"
DIVISIONS, NAMES = DATA / "divisions-2023.csv", DATA / "names-en.csv"

# The generic part of a name, longest first.
GENERIC = {
    "自治县": "Autonomous County", "自治旗": "Autonomous Banner", "矿区": "Mining District",
    "特区": "Special District", "市": "City", "县": "County", "区": "District", "旗": "Banner",
}  # fmt: skip
# Districts of a kind of their own.
WHOLE_DISTRICTS = {
    "滨海新区": "Binhai New Area", "浦东新区": "Pudong New Area", "神农架林区": "Shennongjia Forestry District",
    "郊区": "Suburban District", "矿区": "Mining District",
}  # fmt: skip
NATIONALITIES = {
    "哈萨克": "Kazakh", "柯尔克孜": "Kyrgyz", "塔吉克": "Tajik", "达斡尔": "Daur", "鄂伦春": "Oroqen",
    "鄂温克": "Evenk", "土家": "Tujia", "朝鲜": "Korean", "蒙古": "Mongol", "仫佬": "Mulao", "毛南": "Maonan",
    "仡佬": "Gelao", "布依": "Buyei", "哈尼": "Hani", "纳西": "Naxi", "拉祜": "Lahu", "布朗": "Blang",
    "独龙": "Derung", "普米": "Pumi", "傈僳": "Lisu", "景颇": "Jingpo", "裕固": "Yugur", "保安": "Bonan",
    "东乡": "Dongxiang", "撒拉": "Salar", "锡伯": "Xibe", "满": "Manchu", "回": "Hui", "苗": "Miao", "侗": "Dong",
    "瑶": "Yao", "壮": "Zhuang", "黎": "Li", "羌": "Qiang", "彝": "Yi", "藏": "Tibetan", "水": "Sui", "傣": "Dai",
    "佤": "Va", "怒": "Nu", "白": "Bai", "土": "Tu", "畲": "She", "各": "Multi-Ethnic",
}  # fmt: skip
# Without 族 a nationality is told only by these words; the short ones are parts of place names.
NATIONALITY = re.compile(
    "("
    + "|".join(f"{name}族" for name in NATIONALITIES)
    + "|"
    + "|".join(n for n in NATIONALITIES if len(n) > 1)
    + ")$"
)

# How a character is read in a place name, where a dictionary would read it otherwise, and names against that rule.
READ = {"长": "chang", "都": "du", "乐": "le", "朝": "chao", "柏": "bai", "行": "hang"}
READINGS = {
    "长子": "zhang zi", "乐亭": "lao ting", "乐清": "yue qing", "乐陵": "lao ling", "行唐": "xing tang", "蔚": "yu",
    "泊头": "bo tou", "大城": "dai cheng", "繁峙": "fan shi", "洪洞": "hong tong", "珲春": "hun chun",
    "穆棱": "mu ling", "六合": "lu he", "马尾": "ma wei", "涡阳": "guo yang", "单": "shan", "浚": "xun",
    "召陵": "shao ling", "曾都": "zeng du", "龙圩": "long xu", "覃塘": "qin tang", "什邡": "shi fang",
    "筠连": "jun lian", "荥经": "ying jing", "红寺堡": "hong si bu", "崆峒": "kong tong", "宕昌": "tan chang",
}  # fmt: skip

# Written by their own language, by the first two digits of the code and the name without its generic part.
SPELLED = {
    "15": {
        "赛罕": "Saihan", "土默特左": "Tumed Left", "土默特右": "Tumed Right", "托克托": "Togtoh",
        "和林格尔": "Horinger", "昆都仑": "Kundulun", "石拐": "Shiguai", "白云鄂博": "Bayan Obo",
        "达尔罕茂明安联合": "Darhan Muminggan United", "阿鲁科尔沁": "Ar Horqin", "巴林左": "Bairin Left",
        "巴林右": "Bairin Right", "克什克腾": "Hexigten", "翁牛特": "Ongniud", "喀喇沁": "Harqin", "科尔沁": "Horqin",
        "科尔沁左翼中": "Horqin Left Middle", "科尔沁左翼后": "Horqin Left Rear", "库伦": "Hure", "奈曼": "Naiman",
        "扎鲁特": "Jarud", "霍林郭勒": "Holingol", "康巴什": "Kangbashi", "达拉特": "Dalad", "准格尔": "Jungar",
        "鄂托克前": "Otog Front", "鄂托克": "Otog", "杭锦": "Hanggin", "乌审": "Uxin", "伊金霍洛": "Ejin Horo",
        "海拉尔": "Hailar", "扎赉诺尔": "Jalainur", "阿荣": "Arun", "莫力达瓦": "Morin Dawa", "陈巴尔虎": "Old Barag",
        "新巴尔虎左": "New Barag Left", "新巴尔虎右": "New Barag Right", "额尔古纳": "Ergun",
        "乌拉特前": "Urad Front", "乌拉特中": "Urad Middle", "乌拉特后": "Urad Rear", "杭锦后": "Hanggin Rear",
        "察哈尔右翼前": "Qahar Right Front", "察哈尔右翼中": "Qahar Right Middle", "察哈尔右翼后": "Qahar Right Rear",
        "乌兰浩特": "Ulanhot", "阿尔山": "Arxan", "科尔沁右翼前": "Horqin Right Front",
        "科尔沁右翼中": "Horqin Right Middle", "扎赉特": "Jalaid", "二连浩特": "Erenhot", "锡林浩特": "Xilinhot",
        "阿巴嘎": "Abag", "苏尼特左": "Sonid Left", "苏尼特右": "Sonid Right", "东乌珠穆沁": "East Ujimqin",
        "西乌珠穆沁": "West Ujimqin", "太仆寺": "Taibus", "阿拉善左": "Alxa Left", "阿拉善右": "Alxa Right",
        "额济纳": "Ejin",
    },
    "21": {"喀喇沁左翼": "Harqin Left"},
    "22": {"前郭尔罗斯": "Qian Gorlos"},
    "23": {"杜尔伯特": "Dorbod", "富拉尔基": "Hulan Ergi", "萨尔图": "Sartu", "加格达奇": "Jagdaqi"},
    "51": {
        "马尔康": "Barkam", "壤塘": "Zamtang", "阿坝": "Ngawa", "若尔盖": "Zoigê", "道孚": "Dawu", "甘孜": "Garzê",
        "德格": "Dêgê", "白玉": "Baiyü", "石渠": "Sêrxü", "色达": "Sêrtar", "得荣": "Dêrong",
    },
    "53": {"香格里拉": "Shangri-La", "德钦": "Dêqên"},
    "54": {
        "堆龙德庆": "Doilungdêqên", "达孜": "Dagzê", "林周": "Lhünzhub", "当雄": "Damxung", "尼木": "Nyêmo",
        "曲水": "Qüxü", "墨竹工卡": "Maizhokunggar", "桑珠孜": "Samzhubzê", "南木林": "Namling", "江孜": "Gyangzê",
        "定日": "Tingri", "萨迦": "Sa'gya", "拉孜": "Lhazê", "昂仁": "Ngamring", "谢通门": "Xaitongmoin",
        "白朗": "Bainang", "仁布": "Rinbung", "康马": "Kangmar", "定结": "Dinggyê", "吉隆": "Gyirong",
        "聂拉木": "Nyalam", "岗巴": "Gamba", "卡若": "Karub", "江达": "Jomda", "贡觉": "Gonjo", "类乌齐": "Riwoqê",
        "丁青": "Dêngqên", "察雅": "Zhag'yab", "八宿": "Baxoi", "左贡": "Zogang", "芒康": "Markam", "洛隆": "Lhorong",
        "边坝": "Banbar", "工布江达": "Gongbo'gyamda", "墨脱": "Mêdog", "波密": "Bomê", "察隅": "Zayü", "朗": "Nang",
        "米林": "Mainling", "乃东": "Nêdong", "扎囊": "Chanang", "贡嘎": "Gonggar", "琼结": "Qonggyai",
        "曲松": "Qusum", "措美": "Comai", "洛扎": "Lhozhag", "加查": "Gyaca", "隆子": "Lhünzê", "浪卡子": "Nagarzê",
        "错那": "Cona", "嘉黎": "Lhari", "聂荣": "Nyainrong", "安多": "Amdo", "申扎": "Xainza", "索": "Sog",
        "班戈": "Baingoin", "巴青": "Baqên", "普兰": "Burang", "札达": "Zanda", "噶尔": "Gar", "日土": "Rutog",
        "革吉": "Gê'gyai", "改则": "Gêrzê", "措勤": "Coqên",
    },
    "62": {"阿克塞": "Aksay", "迭部": "Têwo", "卓尼": "Jonê", "舟曲": "Zhugqu"},
    "63": {
        "尖扎": "Jainca", "泽库": "Zêkog", "玛沁": "Maqên", "班玛": "Baima", "甘德": "Gadê", "达日": "Darlag",
        "久治": "Jigzhi", "玛多": "Madoi", "杂多": "Zadoi", "称多": "Chindu", "治多": "Zhidoi", "囊谦": "Nangqên",
        "曲麻莱": "Qumarlêb", "刚察": "Gangca", "格尔木": "Golmud", "德令哈": "Delingha", "茫崖": "Mangnai",
        "乌兰": "Ulan",
    },
    "65": {
        "沙依巴克": "Saybagh", "乌鲁木齐": "Urumqi", "克拉玛依": "Karamay", "乌尔禾": "Urho", "鄯善": "Shanshan",
        "托克逊": "Toksun", "阿克苏": "Aksu", "巴里坤": "Barkol", "玛纳斯": "Manas", "吉木萨尔": "Jimsar",
        "木垒": "Mori", "库车": "Kuqa", "阿瓦提": "Awat", "柯坪": "Kalpin", "奎屯": "Kuytun", "霍尔果斯": "Khorgos",
        "察布查尔": "Qapqal", "特克斯": "Tekes", "尼勒克": "Nilka", "乌苏": "Usu", "托里": "Toli",
        "和布克赛尔": "Hoboksar", "阿勒泰": "Altay", "布尔津": "Burqin", "吉木乃": "Jeminay", "阿拉尔": "Aral",
        "图木舒克": "Tumxuk", "可克达拉": "Kokdala", "伊宁": "Yining (Ghulja)", "温宿": "Wensu (Onsu)",
        "沙雅": "Shaya (Xayar)", "新和": "Xinhe (Toksu)", "拜城": "Baicheng (Bay)", "乌什": "Wushi (Uqturpan)",
        "哈巴河": "Habahe (Kaba)", "塔城": "Tacheng (Qoqek)",
    },
}  # fmt: skip

# Names that follow no rule.
BY_CODE = {
    "1522": "Hinggan League", "1525": "Xilingol League", "1529": "Alxa League",
    "2224": "Yanbian Korean Autonomous Prefecture", "2327": "Da Hinggan Ling Prefecture",
    "4190": "Directly under the province", "4290": "Directly under the province",
    "4690": "Directly under the province", "6590": "Directly under the region",
    "4228": "Enshi Tujia and Miao Autonomous Prefecture", "4331": "Xiangxi Tujia and Miao Autonomous Prefecture",
    "5132": "Ngawa Tibetan and Qiang Autonomous Prefecture", "5133": "Garzê Tibetan Autonomous Prefecture",
    "5134": "Liangshan Yi Autonomous Prefecture", "5223": "Qianxinan Buyei and Miao Autonomous Prefecture",
    "5226": "Qiandongnan Miao and Dong Autonomous Prefecture", "5227": "Qiannan Buyei and Miao Autonomous Prefecture",
    "5323": "Chuxiong Yi Autonomous Prefecture", "5325": "Honghe Hani and Yi Autonomous Prefecture",
    "5326": "Wenshan Zhuang and Miao Autonomous Prefecture", "5328": "Xishuangbanna Dai Autonomous Prefecture",
    "5329": "Dali Bai Autonomous Prefecture", "5331": "Dehong Dai and Jingpo Autonomous Prefecture",
    "5333": "Nujiang Lisu Autonomous Prefecture", "5334": "Dêqên Tibetan Autonomous Prefecture",
    "5425": "Ngari Prefecture", "6229": "Linxia Hui Autonomous Prefecture",
    "6230": "Gannan Tibetan Autonomous Prefecture", "6322": "Haibei Tibetan Autonomous Prefecture",
    "6323": "Huangnan Tibetan Autonomous Prefecture", "6325": "Hainan Tibetan Autonomous Prefecture",
    "6326": "Golog Tibetan Autonomous Prefecture", "6327": "Yushu Tibetan Autonomous Prefecture",
    "6328": "Haixi Mongol and Tibetan Autonomous Prefecture", "6523": "Changji Hui Autonomous Prefecture",
    "6527": "Bortala Mongol Autonomous Prefecture", "6540": "Ili Kazakh Autonomous Prefecture",
    "6542": "Tacheng Prefecture", "6543": "Altay Prefecture", "460321": "Xisha Islands", "460322": "Nansha Islands",
    "460323": "Zhongsha Islands, reefs and waters", "632857": "Da Qaidam Administrative Committee",
}  # fmt: skip


def english(code: str, name: str) -> str:
    """The English name of a county, or of a prefecture that is listed.

    Raises KeyError for a name whose kind is not known.
    """
    if code in BY_CODE:
        return BY_CODE[code]
    if name in WHOLE_DISTRICTS:
        return WHOLE_DISTRICTS[name]
    generic = next((word for word in GENERIC if name.endswith(word) and len(name) > len(word)), None)
    if generic is None:
        raise KeyError(f"{code} {name} is of no known kind: write it into BY_CODE.")
    own, people = _without_nationalities(name.removesuffix(generic), told_by_kind=generic.startswith("自治"))
    place = SPELLED.get(code[:2], {}).get(own) or _latin(own, generic)
    if place.endswith(")"):  # the form in brackets stands last
        place, _, also = place.partition(" (")
        return f"{place} {GENERIC[generic]} ({also}"
    return " ".join(filter(None, (place, people, GENERIC[generic])))


def _without_nationalities(own: str, *, told_by_kind: bool) -> tuple[str, str]:
    """A name without the nationalities at its end, and those in English: ("巍山", "Yi and Hui").

    told_by_kind: an autonomous county or banner; of a district only names in 族 count
    """
    people: list[str] = []
    while (found := NATIONALITY.search(own)) and (told_by_kind or found[0].endswith("族")):
        people.insert(0, NATIONALITIES[found[0].removesuffix("族")])
        own = own.removesuffix(found[0])
    return own, " and ".join(filter(None, (", ".join(people[:-1]), *people[-1:])))


def _latin(own: str, generic: str) -> str:
    """Pinyin as one word: 单 with 县 is Shanxian, 六安 Lu'an, 绿春 Lüchun."""
    if not own:
        return ""
    syllables = READINGS[own].split() if own in READINGS else _syllables(own)
    if len(own) == 1:
        syllables.append({"县": "xian", "区": "qu", "市": "shi", "旗": "qi"}[generic])
    word = syllables[0] + "".join(f"'{each}" if each[0] in "aoe" else each for each in syllables[1:])
    return word.replace("v", "ü").capitalize()


def _syllables(own: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin  # only for making the file

    read = lazy_pinyin(own, style=Style.NORMAL)
    return [READ.get(character, syllable) for character, syllable in zip(own, read, strict=True)]


def main() -> None:
    with NAMES.open(encoding="utf-8", newline="") as file:
        names = {row["code"]: row["name_en"] for row in csv.DictReader(file)}
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["level"] in ("prefecture", "county") and row["code"] not in names:
                names[row["code"]] = english(row["code"], row["name"])
    with NAMES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "name_en"])
        writer.writerows(sorted(names.items()))
    print(f"{NAMES.name}: {len(names)} names, {NAMES.stat().st_size} bytes")


if __name__ == "__main__":
    main()
