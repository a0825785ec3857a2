"""All that is read out of what was said: proposals by field, the best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from workflow.assistant.understanding.addresses import addresses
from workflow.assistant.understanding.danger import dangers
from workflow.assistant.understanding.keywords import keywords
from workflow.assistant.understanding.kinds import kinds
from workflow.assistant.understanding.names import names, sexes, told_apart
from workflow.assistant.understanding.places import Places
from workflow.assistant.understanding.said import Line, Proposal
from workflow.assistant.understanding.summary import accounts
from workflow.assistant.understanding.telephones import telephones
from workflow.assistant.understanding.times import times
from workflow.assistant.understanding.titles import titled

LONGEST = 6_000
"""Characters of a request that are read: twenty minutes of talk."""


def understand(lines: Sequence[Line], now: datetime, places: Places) -> list[Proposal]:
    """What the words say for each field of a ticket, best first within a field; `now` in the time of the city."""
    lines = [told_apart(one, places) for one in shortened(lines)]
    found = [
        *names(lines), *sexes(lines), *telephones(lines), *addresses(lines, places), *times(lines, now),
        *dangers(lines), *kinds(lines),
    ]  # fmt: skip
    where = [span for one in found if one.field in ("place", "address", "caller_name") for span in one.spans]
    found += keywords(lines, where)
    kind = next((one.value for one in found if one.field == "type"), "")
    found += accounts(lines, kind)
    if named := titled(lines):
        found.append(named)
    return _once(found)


def shortened(lines: Sequence[Line]) -> list[Line]:
    """The first so many characters: a longer text is no request."""
    kept: list[Line] = []
    left = LONGEST
    for line in lines:
        if left <= 0:
            break
        kept.append(Line(line.side, line.text[:left]))
        left -= len(line.text)
    return kept


def best(found: Iterable[Proposal]) -> dict[str, Proposal]:
    """The first of each field."""
    first: dict[str, Proposal] = {}
    for one in found:
        first.setdefault(one.field, one)
    return first


def _once(found: Iterable[Proposal]) -> list[Proposal]:
    seen: set[tuple[str, str]] = set()
    kept = []
    for one in found:
        if (one.field, one.value) not in seen:
            seen.add((one.field, one.value))
            kept.append(one)
    return kept
