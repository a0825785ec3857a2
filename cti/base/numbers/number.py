"""One canonical telephone number, made at the trunk (mainland plan: YD/T 4 Telephone Numbering, Plan of China).

What a carrier sends varies: `13800000001`, `013800000001` (a mobile from elsewhere), `+8613800000001`,
`0519-88880000`, `88880000` (local), `12345`, `anonymous`. A `Number` is the same for all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class NumberKind(StrEnum):
    """What sort of number it is."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"  # short codes and 95/96/400/800 lines
    INTERNATIONAL = "international"
    EXTENSION = "extension"  # inside the house: an agent number or a queue's
    ANONYMOUS = "anonymous"
    MALFORMED = "malformed"


EMERGENCY = frozenset({"110", "119", "120", "122"})
"""Police, fire, ambulance, traffic police: always have a route."""

_ANONYMOUS = re.compile(r"anonymous|unavailable|unknown|restricted|private|withheld|asterisk", re.IGNORECASE)
_NOISE = re.compile(r"[\s().\-]+")
_DIALABLE = re.compile(r"\+?[0-9]{1,32}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = re.compile(r"0(10|2\d|[3-9]\d{2})")
_LANDLINE = re.compile(r"0(10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SERVICE = re.compile(r"1(1\d|2[0-9])|1[0-2]\d{3}|123\d{2,3}|9[56]\d{3,6}|[48]00\d{7}")
_LONG = re.compile(r"\d{7,}[Xx]?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in canonical form.

    `digits` is what is stored, compared and indexed: `+8613800000001`, `+8651988880000`, `12345`, or empty when
    anonymous or malformed. `raw` is what the trunk said, cut to 64 characters.
    """

    digits: str
    kind: NumberKind
    raw: str = ""

    @classmethod
    def parse(cls, raw: str | None, *, area: str = "") -> Number:
        """Make the canonical number of what a trunk sent; never raises.

        `area` (such as `0519`) completes local numbers of seven or eight digits.
        """
        said = (raw or "").strip()[:64]
        if not said or _ANONYMOUS.search(said):
            return cls("", NumberKind.ANONYMOUS, said)
        text = _NOISE.sub("", said)
        if not _DIALABLE.fullmatch(text):
            return cls("", NumberKind.MALFORMED, said)
        digits, kind = _canonical(text, area)
        return cls(digits, kind, said)

    @classmethod
    def extension(cls, text: str) -> Number:
        """A number inside the house; raises ValueError unless it is 2 to 8 digits."""
        if not re.fullmatch(r"[0-9]{2,8}", text):
            raise ValueError(f"not an extension: {text!r}")
        return cls(text, NumberKind.EXTENSION, text)

    @property
    def national(self) -> str:
        """As people in the country write and dial it: `13800000001`, `051988880000`, `12345`."""
        if self.kind is NumberKind.MOBILE:
            return self.digits.removeprefix("+86")
        if self.kind is NumberKind.LANDLINE:
            return "0" + self.digits.removeprefix("+86")
        return self.digits

    @property
    def area_code(self) -> str:
        """The area code with its 0 of a landline number, else empty."""
        found = _AREA.match(self.national) if self.kind is NumberKind.LANDLINE else None
        return found.group() if found else ""

    @property
    def is_emergency(self) -> bool:
        """Whether it is 110, 119, 120 or 122."""
        return self.digits in EMERGENCY

    @property
    def masked(self) -> str:
        """For logs, metrics and people without the right to see it: `138****0001`, `0519****000`, else `****`."""
        shown = self.national
        if len(shown) < 7:
            return shown if self.kind in (NumberKind.SERVICE, NumberKind.EXTENSION) else "****"
        return f"{shown[:3]}****{shown[-4:]}" if len(shown) >= 11 else f"{shown[:2]}****{shown[-2:]}"

    def __str__(self) -> str:
        return self.national or "anonymous"


def _canonical(text: str, area: str) -> tuple[str, NumberKind]:
    if text.startswith(("+", "00")):
        text = text[1:] if text.startswith("+") else text[2:]
        if not text.startswith("86"):
            return ("+" + text, NumberKind.INTERNATIONAL) if len(text) >= 7 else ("", NumberKind.MALFORMED)
        text = text[2:]
        # Behind +86 the trunk prefix 0 is left out, though some carriers keep it.
        if not (_MOBILE.fullmatch(text) or _SERVICE.fullmatch(text) or text.startswith("0")):
            text = "0" + text
    elif text.startswith("86") and _MOBILE.fullmatch(text[2:]):
        text = text[2:]
    if _MOBILE.fullmatch(text):
        return "+86" + text, NumberKind.MOBILE
    if text.startswith("0") and _MOBILE.fullmatch(text[1:]):
        return "+86" + text[1:], NumberKind.MOBILE
    if _LANDLINE.fullmatch(text):
        return "+86" + text[1:], NumberKind.LANDLINE
    if _SERVICE.fullmatch(text):
        return text, NumberKind.SERVICE
    # An area code before a short code (0519 12345) means that city's line.
    if (prefix := _AREA.match(text)) and _SERVICE.fullmatch(text[prefix.end() :]):
        return text[prefix.end() :], NumberKind.SERVICE
    if area and _LOCAL.fullmatch(text) and _LANDLINE.fullmatch(area + text):
        return "+86" + area[1:] + text, NumberKind.LANDLINE
    if re.fullmatch(r"[0-9]{2,8}", text):
        return text, NumberKind.EXTENSION
    return "", NumberKind.MALFORMED


def may_hold_number(text: str) -> bool:
    """Whether something in a text may be a telephone or identity number: seven digits in a row."""
    return _LONG.search(text) is not None


def masked_in(text: str) -> str:
    """A text in which whatever may be a telephone or identity number is masked, as `Number.masked` does."""
    return _LONG.sub(lambda found: _masked_digits(found[0]), text)


def _masked_digits(digits: str) -> str:
    # An identity card's last four with its first three would leave little to guess.
    front, end = (3, 2) if len(digits) >= 15 else (3, 4) if len(digits) >= 11 else (2, 2)
    return f"{digits[:front]}****{digits[-end:]}"


def told_target(target: str) -> str:
    """A transfer's target for events: whole numbers stand nowhere but in the call."""
    kind, _, value = target.partition(":")
    return f"{kind}:{Number.parse(value).masked}" if kind in ("outside", "number") else target
