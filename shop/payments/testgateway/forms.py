"""Form-encoded bodies and query strings in bracket notation (`metadata[order]=1`, `expand[]=x`, `types[0]=card`)."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from shop.payments.testgateway.errors import ApiError, Json, invalid, missing

AMOUNT_MAX = 99_999_999  # eight digits, as Stripe
FIELDS_MAX = 300
DEPTH_MAX = 4
METADATA_KEYS_MAX = 50
METADATA_KEY_MAX = 40
METADATA_VALUE_MAX = 500
TEXT_MAX = 1000
URL_MAX = 2048

_WHOLE = re.compile(r"-?[0-9]+")
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_URL = re.compile(r"https?://[\x21-\x7e]+")


class Form:
    """The parameters of one request. Every reader raises ApiError (400) for a value it cannot use."""

    def __init__(self, fields: Json, *, within: str = "") -> None:
        self._fields = fields
        self._within = within

    @classmethod
    def parse(cls, encoded: bytes | str) -> "Form":
        """Read a body or query string; raises ApiError when it is no UTF-8 form."""
        try:
            text = encoded.decode("utf-8") if isinstance(encoded, bytes) else encoded
            pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX)
        except ValueError as error:
            raise ApiError(400, "The request is not a readable form (UTF-8, at most 300 fields).") from error
        fields: Json = {}
        for name, value in pairs:
            _place(fields, name, value)
        return cls(fields)

    @property
    def fields(self) -> Json:
        """The nested parameters; lists are dicts by position."""
        return self._fields

    def allow(self, *names: str) -> None:
        """Refuse every parameter not named."""
        for name in self._fields:
            if name not in names:
                raise invalid(self._path(name), f"Unknown parameter here: {name[:80]}.", code="parameter_unknown")

    def has(self, name: str) -> bool:
        return name in self._fields

    def text(self, name: str, *, longest: int = TEXT_MAX) -> str | None:
        """One text, None when absent or blank."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise invalid(self._path(name), f"{name} must be one text.")
        if len(value) > longest:
            raise invalid(self._path(name), f"{name} has {len(value)} characters; at most {longest} fit.")
        return value

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise missing(self._path(name))
        return value

    def whole(self, name: str, *, least: int, most: int) -> int | None:
        """A whole number between least and most, None when absent."""
        if not self.has(name):
            return None
        value = self._fields[name]
        path = self._path(name)
        if not isinstance(value, str) or not _WHOLE.fullmatch(value):
            raise invalid(path, f"{name} must be a whole number.", code="parameter_invalid_integer")
        if len(value) > 18 or int(value) > most:
            code = "amount_too_large" if name == "amount" else "parameter_invalid_integer"
            raise invalid(path, f"{name} is above the largest value, {most}.", code=code)
        if int(value) < least:
            raise invalid(path, f"{name} must be at least {least}.", code="parameter_invalid_integer")
        return int(value)

    def amount(self) -> int | None:
        """`amount` in the smallest unit of its currency, above zero; None when absent."""
        return self.whole("amount", least=1, most=AMOUNT_MAX)

    def flag(self, name: str) -> bool:
        value = self.text(name)
        if value not in (None, "true", "false"):
            raise invalid(self._path(name), f"{name} must be true or false.")
        return value == "true"

    def texts(self, name: str) -> list[str]:
        """A list of texts in the order sent, empty when absent."""
        value = self._fields.get(name, {})
        if value == "":
            return []
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise invalid(self._path(name), f"{name} must be a list of texts.")
        return list(value.values())

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and value not in choices:
            raise invalid(self._path(name), f"{name} must be one of {', '.join(choices)}.")
        return value

    def part(self, name: str) -> "Form | None":
        """The parameters nested under `name`."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, dict):
            raise invalid(self._path(name), f"{name} must hold named values.")
        return Form(value, within=self._path(name))

    def metadata(self) -> dict[str, str]:
        part = self.part("metadata")
        if part is None:
            return {}
        if len(part.fields) > METADATA_KEYS_MAX:
            raise invalid("metadata", f"metadata has {len(part.fields)} keys; at most {METADATA_KEYS_MAX} fit.")
        kept: dict[str, str] = {}
        for name in part.fields:
            if len(name) > METADATA_KEY_MAX:
                raise invalid("metadata", f"A metadata key has more than {METADATA_KEY_MAX} characters.")
            value = part.text(name, longest=METADATA_VALUE_MAX)
            if value is not None:
                kept[name] = value
        return kept

    def return_url(self) -> str | None:
        """An absolute http or https address in ASCII, None when absent."""
        value = self.text("return_url", longest=URL_MAX)
        if value is None:
            return None
        try:
            usable = bool(_URL.fullmatch(value)) and bool(urlsplit(value).hostname)
        except ValueError:
            usable = False
        if not usable:
            raise invalid("return_url", "return_url must be an absolute http or https address.", code="url_invalid")
        return value

    def moment(self, *, at: int) -> int:
        """`test_created` in unix seconds, or `at`, the moment of the request; never later than that."""
        given = self.whole("test_created", least=1, most=at)
        return at if given is None else given

    def _path(self, name: str) -> str:
        return f"{self._within}[{name[:80]}]" if self._within else name[:80]


def _place(fields: Json, name: str, value: str) -> None:
    """Put one `a[b][]` = value where its brackets say."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ApiError(400, f"Parameter name not understood: {name[:80]}.", param=name[:80])
    steps = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
    if len(steps) > DEPTH_MAX:
        raise ApiError(400, f"Parameter nested too deeply: {name[:80]}.", param=name[:80])
    here = fields
    for step in steps[:-1]:
        here = here.setdefault(step or str(len(here)), {})
        if not isinstance(here, dict):
            raise ApiError(400, f"Parameter sent both as a value and as a list: {name[:80]}.", param=name[:80])
    here[steps[-1] or str(len(here))] = value


def plain(fields: Mapping[str, object]) -> list[object]:
    """The same parameters in any order give the same value: what an idempotency key is compared by."""
    return [[name, plain(value) if isinstance(value, dict) else value] for name, value in sorted(fields.items())]
