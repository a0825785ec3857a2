"""Which rule keeps somebody from dialling a number, however many there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cti.base.numbers.number import Number
from cti.base.numbers.number_patterns import PatternIndex, fixed_digits, is_exact
from workflow.forbidden.extensions import Extensions

FORBID, ALLOW = "forbid", "allow"
EVERYBODY = Extensions()
Hours = Literal["always", "open", "closed"]
Above = Callable[[str], frozenset[str]]
"""An organisation and all above it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a dial meets it."""

    id: str
    effect: str
    pattern: str
    organisation: str
    extensions: Extensions = EVERYBODY
    hours: Hours = "always"
    calendar: str = ""
    until: datetime | None = None
    reason: str = ""


class RuleIndex(PatternIndex[Rule]):
    """All rules. `is_open` says whether a calendar is open at a moment."""

    def __init__(self, above: Above, is_open: Callable[[str, datetime], bool]) -> None:
        super().__init__()
        self._above = above
        self._is_open = is_open

    def forbids(self, number: Number, extension: str, organisation: str, now: datetime) -> Rule | None:
        """The rule that keeps somebody of an organisation from dialling a number now; None: nothing does.

        Of those that fit, the one that names most of the number is told. An exception counts against a rule that names
        no more than itself, and that its own organisation, or one below, has made: a county lifts no ban of the city.
        """
        line = self._above(organisation)
        counting = [
            rule for rule in self.fitting(number) if rule.organisation in line and self._counts(rule, extension, now)
        ]
        bans = sorted((rule for rule in counting if rule.effect == FORBID), key=_weight, reverse=True)
        exceptions = [rule for rule in counting if rule.effect == ALLOW]
        return next((ban for ban in bans if not any(self._lifts(one, ban) for one in exceptions)), None)

    def _lifts(self, exception: Rule, ban: Rule) -> bool:
        return exception.organisation in self._above(ban.organisation) and _names(exception) >= _names(ban)

    def _counts(self, rule: Rule, extension: str, now: datetime) -> bool:
        if (rule.until is not None and rule.until <= now) or not rule.extensions.cover(extension):
            return False
        return rule.hours == "always" or self._is_open(rule.calendar, now) == (rule.hours == "open")


def _names(rule: Rule) -> tuple[bool, int]:
    return is_exact(rule.pattern), fixed_digits(rule.pattern)


def _weight(rule: Rule) -> tuple[tuple[bool, int], str]:
    return _names(rule), rule.id
