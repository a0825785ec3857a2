"""How numbers of one kind of records look, and when they begin anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cti.base.times.business_time import ZONE

SERIAL = "serial"
DATES = {"day": "%Y%m%d", "month": "%Y%m", "year": "%Y"}
"""Parts of a pattern that tell the time, each with its usual form; the finest first, which tells the coarser ones."""
PLACES = ("region", "organisation")
_PART = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
_RUN_TOGETHER = re.compile(r"\{organisation\}[\w{]|[\w}]\{organisation\}")
_WIDTH = re.compile(r"0[1-9]\d?")
_FORM = re.compile(r"(%[YymdjVG]|[-_/.A-Z0-9])+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a number is made of, its serial apart."""

    organisation: str
    region: str
    at: datetime


class Numbered:
    """The rule of the numbers in `column`, such as `Numbered("number", "{region}{day}{serial:05}")`.

    The pattern has text and parts in braces: `region` (its code), `organisation` (its name), `day`, `month`, `year` of
    the business time (a form may follow: `{day:%y%m%d}`), and once `serial` with its least width. Serials begin with
    1 for each `per`, by default for each of the other parts. `gapless` numbers are taken in the transaction of their
    record, and whoever makes the next one waits for its end; others are drawn before, wait for nobody, and leave a
    gap, which tells its reason, where their record is refused in the end.

    ValueError for a pattern by which two records could have one number.
    """

    def __init__(self, column: str, pattern: str, *, per: tuple[str, ...] | None = None, gapless: bool = True) -> None:
        self.column = column
        self.pattern = pattern
        self.gapless = gapless
        parts = [(found[1], found[2] or "") for found in _PART.finditer(pattern)]
        self._check(parts)
        shown = [name for name, _ in parts if name != SERIAL]
        self.per = tuple(dict.fromkeys(shown)) if per is None else per
        told = {*shown, *(name for one in shown if one in DATES for name in [*DATES][[*DATES].index(one) :])}
        if missing := [name for name in self.per if name not in told]:
            raise ValueError(
                f"{pattern}: counts anew per {', '.join(missing)}, which the number does not show: two would be alike"
            )

    def series(self, facts: Facts) -> str:
        """What the serial counts within."""
        return "/".join(_told(name, "", facts) for name in self.per)

    def number(self, facts: Facts, serial: int) -> str:
        """The number that the rule makes of facts and a serial."""
        return _PART.sub(
            lambda found: f"{serial:{found[2] or ''}d}" if found[1] == SERIAL else _told(found[1], found[2], facts),
            self.pattern,
        )

    def _check(self, parts: list[tuple[str, str]]) -> None:
        if _PART.sub("", self.pattern).count("{") or _PART.sub("", self.pattern).count("}"):
            raise ValueError(f"{self.pattern}: a brace is left over")
        if [name for name, _ in parts].count(SERIAL) != 1:
            raise ValueError(f"{self.pattern}: needs {{serial}} once")
        if _RUN_TOGETHER.search(self.pattern):
            raise ValueError(
                f"{self.pattern}: names of organisations have any length: put a sign between them and the rest"
            )
        for name, form in parts:
            if name not in (SERIAL, *DATES, *PLACES):
                raise ValueError(f"{self.pattern}: no part is called {name}")
            fits = {SERIAL: _WIDTH, **dict.fromkeys(DATES, _FORM)}.get(name)
            if form and (fits is None or not fits.fullmatch(form)):
                raise ValueError(f"{self.pattern}: {name} cannot be written as {form!r}")


def _told(name: str, form: str | None, facts: Facts) -> str:
    if name in PLACES:
        return facts.region if name == "region" else facts.organisation
    return facts.at.astimezone(ZONE).strftime(form or DATES[name])
