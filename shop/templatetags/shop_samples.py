"""What the style guide shows. Invented throughout: no real person, firm, certificate or sale."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms, template
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from shop.drawn import order_map
from shop.templatetags.shop_format import BreakdownPart, kilograms, yuan

register = template.Library()

Sample = dict[str, Any]


class SampleForm(forms.Form):
    """One field of each kind; sent empty, so that the required ones show what is wrong."""

    name = forms.CharField(label=_("Name on the parcel"), help_text=_("As the courier will ask for it."))
    phone = forms.CharField(label=_("Mobile number"), min_length=11, help_text=_("Only the courier sees it."))
    province = forms.ChoiceField(
        label=_("Province"), choices=[("", "…"), ("11", "北京市"), ("31", "上海市"), ("44", "广东省")]
    )
    payment = forms.ChoiceField(
        label=_("Pay by"),
        choices=[("card", _("Card")), ("transfer", _("Bank transfer"))],
        widget=forms.RadioSelect,
        initial="card",
    )
    note = forms.CharField(label=_("Note to the packer"), widget=forms.Textarea, required=False)
    fresh = forms.BooleanField(label=_("I know that fresh goods cannot be returned."))


def _parts() -> list[BreakdownPart]:
    return [
        {"label": str(_("Households that delivered it")), "fen": 3580, "kind": "household"},
        {"label": str(_("Cooperative: sorting, packing")), "fen": 1042, "kind": "supplier"},
        {"label": str(_("Transport and storage")), "fen": 760, "kind": "transport"},
        {"label": str(_("Platform fee")), "fen": 118, "kind": "platform"},
        {"label": str(_("Tax")), "fen": 300, "kind": "tax"},
    ]


def _product(title: Any, origin: Any, supplier: Any, *, fen: int, unit: str, drawn: str) -> Sample:
    return {
        "title": title,
        "origin": origin,
        "supplier": supplier,
        "fen": fen,
        "unit": unit,
        "url": "#",
        "picture_url": static(f"shop/pictures/{drawn}.svg") if drawn else "",
        "until": date(2026, 10, 31),
    }


def _products() -> list[Sample]:
    yecheng, pishan = _("Yecheng county, Kashgar"), _("Pishan county, Hotan")
    cele, aketao = _("Cele county, Hotan"), _("Aketao county, Kizilsu")
    walnut, date_, pomegranate = _("Thin-shelled walnuts"), _("Grey dates, first grade"), _("Sour-sweet pomegranates")
    a, b, c, d = (
        _("Sample Cooperative A"),
        _("Sample Cooperative B"),
        _("Sample Cooperative C"),
        _("Sample Enterprise D"),
    )
    return [
        _product(walnut, yecheng, a, fen=58_00, unit="1 kg", drawn="walnut"),
        _product(date_, pishan, b, fen=39_90, unit="500 g", drawn="date"),
        _product(pomegranate, cele, c, fen=128_50, unit="4 kg", drawn="pomegranate"),
        _product(_("Black fungus"), aketao, d, fen=26_00, unit="250 g", drawn=""),
    ]


def _steps() -> list[Sample]:
    def step(state: str, label: Any, place: Any, note: Any, at: datetime | None = None) -> Sample:
        return {"state": state, "label": label, "place": place, "note": note, "at": at}

    collected, packed, waiting = (datetime(2026, 9, *at, tzinfo=UTC) for at in ((14, 3, 10), (14, 9, 40), (15, 1, 5)))
    in_county = _("waits for the evening lorry, cool 4 °C")
    return [
        step("done", _("Village cooperative"), _("Sample village, Yecheng"), _("collected"), collected),
        step("done", _("Township sorting centre"), _("Sample township"), _("graded, weighed, packed"), packed),
        step("now", _("County distribution centre"), _("Yecheng county"), in_county, waiting),
        step("next", _("Prefecture hub"), _("Kashgar"), _("expected 16 September")),
        step("next", _("Your door"), _("Shanghai"), _("expected 21 September")),
    ]


def _number(text: str) -> Sample:
    return {"text": text, "number": True}


def _table() -> Sample:
    counties: list[tuple[Any, int, int, int, int, str, Any]] = [
        (_("Yecheng"), 412, 1_834_500, 48_230_00, 29_771_42, "done", _("in time")),
        (_("Pishan"), 388, 1_520_000, 39_905_50, 23_305_10, "done", _("in time")),
        (_("Cele"), 97, 402_250, 12_118_00, 6_695_20, "wait", _("due in 3 days")),
        (_("Aketao"), 31, 60_500, 6_240_00, 2_751_84, "stop", _("7 days late")),
    ]
    figures = [
        [f"{lines:,}", kilograms(grams), yuan(sales), yuan(shares)] for _n, lines, grams, sales, shares, *_r in counties
    ]
    rows = [
        [{"text": name, "url": "#"}, *map(_number, figures[at]), {"text": label, "pill": kind}]
        for at, (name, *_rest, kind, label) in enumerate(counties)
    ]
    lines, grams, sales, shares = (sum(column) for column in zip(*(county[1:5] for county in counties), strict=True))
    names = [_("Order lines"), _("Weight"), _("Sales"), _("Households' shares")]
    return {
        "columns": [
            {"label": _("County")},
            *({"label": name, "number": True} for name in names),
            {"label": _("Payouts")},
        ],
        "rows": rows,
        "total": [
            {"text": _("Total")},
            *map(_number, [f"{lines:,}", kilograms(grams), yuan(sales), yuan(shares)]),
            {"text": ""},
        ],
    }


def _receipt() -> Sample:
    parts = _parts()
    return {
        "at": datetime(2026, 9, 13, 12, 31, tzinfo=UTC),
        "lines": [{"title": _("Thin-shelled walnuts"), "quantity": "1 × 1 kg", "fen": 5800}],
        "total_fen": sum(part["fen"] for part in parts),
        "parts": parts,
        "shares": [
            {"household": _("household, Yecheng"), "fen": 2210, "paid_on": date(2026, 9, 30)},
            {"household": _("household, Yecheng"), "fen": 1370, "paid_on": None},
        ],
    }


def _events() -> list[Sample]:
    return [
        {
            "at": datetime(2026, 9, 1, 2, 0, tzinfo=UTC),
            "title": _("Certified"),
            "text": _("Public notice ended, no objection."),
            "by": _("County decision"),
        },
        {"at": datetime(2026, 8, 25, 2, 0, tzinfo=UTC), "title": _("Public notice began"), "text": "", "by": ""},
        {
            "at": datetime(2026, 8, 18, 8, 20, tzinfo=UTC),
            "title": _("Sector review passed"),
            "text": _("One question answered with a new test report."),
            "by": _("Sector reviewer"),
        },
    ]


def _facts() -> list[Sample]:
    return [
        {"name": _("Origin"), "value": _("Sample township, Yecheng county, Kashgar"), "url": "#"},
        {"name": _("Harvest"), "value": _("12 to 14 September 2026")},
        {"name": _("Shelf life"), "value": _("12 months, dry and cool")},
        {"name": _("Lot"), "value": "YC-2026-0912-03"},
        {"name": _("Not verified"), "value": _("Residues beyond those named in the test report.")},
    ]


def _ways() -> Sample:
    return {
        "crumbs": [
            {"label": _("Products"), "url": "#"},
            {"label": _("Nuts"), "url": "#"},
            {"label": _("Thin-shelled walnuts")},
        ],
        "tabs": [
            {"label": _("To pack"), "url": "#", "current": True, "count": 12},
            {"label": _("Packed"), "url": "#", "count": 4},
            {"label": _("Handed over"), "url": "#"},
        ],
        "languages": [
            {"code": "zh-hans", "name": "简体中文", "url": "/", "current": False},
            {"code": "en", "name": "English", "url": "/en/", "current": True},
        ],
    }


def _counties() -> list[Sample]:
    named = [
        ("653022", _("Aketao County"), 4), ("653125", _("Shache County"), 8), ("653126", _("Yecheng County"), 7),
        ("653223", _("Pishan County"), 24), ("653224", _("Luopu County"), 5), ("653226", _("Yutian County"), 0),
    ]  # fmt: skip
    return [
        {"code": code, "name": name, "url": "#", "count": count, "current": code == "653126"}
        for code, name, count in named
    ]


def _seasons() -> list[Sample]:
    harvests = [(_("Walnuts"), (9, 10), (1, 2, 3, 10, 11, 12)), (_("Dried apricots"), (6, 7), (1, 2, 8, 9, 10, 11, 12))]
    return [{"name": name, "url": "#", "months": [_month(n, *sets) for n in range(1, 13)]} for name, *sets in harvests]


def _month(number: int, harvest: tuple[int, ...], sale: tuple[int, ...]) -> Sample:
    state = {(True, True): "both", (True, False): "harvest", (False, True): "sale"}
    return {"n": number, "label": MONTHS[number], "state": state.get((number in harvest, number in sale), "")}


WAY = (
    ("village", "653223105204", "done", 0), ("township", "653223105", "done", 18), ("county", "653223", "done", 62),
    ("hub", "6532", "now", 190), ("warehouse", "33", "next", 4010), ("door", "33", "next", 40),
)  # fmt: skip


def _stops() -> list[Sample]:
    tiers = {
        "village": _("village cooperative"), "township": _("township sorting centre"),
        "county": _("county distribution centre"), "hub": _("prefecture hub"),
        "warehouse": _("partner-province warehouse"), "door": _("buyer's door"),
    }  # fmt: skip
    left = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    return [
        {
            "label": tiers[tier], "tier": tier, "place": "", "state": state, "km": km,
            "at": left + timedelta(hours=10 * n), "note": _("planned") if state == "next" else _("arrived"),
        }
        for n, (tier, _code, state, km) in enumerate(WAY)
    ]  # fmt: skip


def _order_map() -> order_map.OrderMap | None:
    names = {"6532": _("Hotan"), "33": _("Zhejiang")}
    return order_map.lay_out(
        tuple(order_map.Stop(code, str(names.get(code, _("Pishan"))), state, km) for _tier, code, state, km in WAY)
    )


def _scans() -> list[Sample]:
    return [
        {
            "done": True,
            "title": _("Received: box 0007 of 12"),
            "text": _("Walnuts, 20 kg, lot YC-2026-0912-03"),
        },
        {
            "done": False,
            "title": _("Not expected here"),
            "text": _("This box is on its way to Pishan. Put it on the returns shelf."),
        },
    ]


@register.simple_tag
def samples() -> Sample:
    """Return everything the style guide shows, by the name of its component."""
    return {
        "products": _products(),
        "parts": _parts(),
        "parts_total_fen": sum(part["fen"] for part in _parts()),
        "steps": _steps(),
        "facts": _facts(),
        "table": _table(),
        "form": SampleForm({"payment": "card", "phone": "138"}),
        "page": Paginator(range(240), per_page=12).page(6),
        **_ways(),
        "events": _events(),
        "valid_from": date(2026, 9, 1),
        "valid_until": date(2026, 10, 31),
        "scans": _scans(),
        "receipt": _receipt(),
        "counties": _counties(),
        "stops": _stops(),
        "growers": [{"county": _("Pishan County"), "number": 7}],
        "map": _order_map(),
        "seasons": _seasons(),
        "tones": ["paper", "surface", "sunk", "ink", "soft", "poplar", "canal", "pomegranate", "apricot"],
        "part_kinds": ["household", "supplier", "transport", "platform", "tax"],
    }
