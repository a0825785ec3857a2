"""The kinds of values that are found in what citizens say."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from ivr.understanding import places
from ivr.understanding import values as spoken_values
from ivr.understanding.understanding import Kind, Slot

Find = Callable[[str, datetime.date], object]


def _row(pattern: str) -> Find:
    rows = re.compile(pattern)

    def find(text: str, _: datetime.date) -> str | None:
        found = rows.search(spoken_values.in_digits(text).upper())
        return found.group() if found else None

    return find


def _ticket(text: str, _: datetime.date) -> str | None:
    """The longest row: a ticket's number may stand beside a date or a count."""
    rows = re.findall(r"[A-Z]{0,6}\d{4,32}", spoken_values.in_digits(text).upper())
    return max(rows, key=len) if rows else None


_KINDS: Mapping[Kind, Find] = {
    "mobile": _row(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "phone": _row(r"(?<!\d)(?:1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7})(?!\d)"),
    "identity": _row(r"(?<!\d)\d{17}[\dX]"),
    "digits": _row(r"\d{2,32}"),
    "ticket": _ticket,
    "number": lambda text, _: _plain(spoken_values.number(text)),
    "money": lambda text, _: _plain(spoken_values.money(text)),
    "date": lambda text, today: spoken_values.date(text, today),
    "time": lambda text, _: (found := spoken_values.time(text)) and found.isoformat("minutes"),
    "place": lambda text, _: places.place(text),
    "text": lambda text, _: text.strip(),
}


def values_of(text: str, slots: Sequence[Slot], today: datetime.date) -> dict[str, str]:
    """The values of what was said, by slot. What names a place is nothing else: 东门街三号 is no day of the month."""
    where = places.place(text) if any(one.kind == "place" for one in slots) else None
    rest = text.replace(where, "，") if where else text
    return {
        one.name: value
        for one in slots
        if (value := value_of(one, rest if one.kind not in ("place", "text") else text, today))
    }


def value_of(slot: Slot, text: str, today: datetime.date) -> str:
    """The first such value that is said; empty when none is."""
    if slot.values:
        named = [(name, value) for value, names in slot.values.items() for name in (value, *names)]
        return max((one for one in named if one[0] in text), key=lambda one: len(one[0]), default=("", ""))[1]
    if slot.pattern:
        found = re.search(slot.pattern, text) or re.search(slot.pattern, spoken_values.in_digits(text))
        return found.group() if found else ""
    return str(_KINDS[slot.kind](text, today) or "")


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
