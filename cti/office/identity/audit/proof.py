"""Whether a chain of entries is whole, and if not, which entry was changed, inserted, or is missing.

An entry is genuine when its hash is that of its content, which nobody makes without the key. Each names the hash of the
one before, so what does not fit together tells what happened between two genuine entries that do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["changed", "inserted", "removed", "head", "rolled_back", "seal"]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the chain sees it."""

    sequence: int
    previous: str
    hash: str
    genuine: bool
    told: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong. `removed` names the sequences from `first` to `last` (none known: first > last), the others one.

    `head` means that the record of the chain's end itself was changed or lost, `rolled_back` that the chain ends before
    what was signed as its end (first: the end now, last: then), `seal` that a signed seal (by number) is missing or
    altered.
    """

    kind: Kind
    first: int
    last: int
    told: str = ""

    def __str__(self) -> str:
        where = f"#{self.first}" if self.first == self.last else f"#{self.first} to #{self.last}"
        if self.first > self.last:
            where = f"between #{self.last} and #{self.first}"
        where = f"seal {where}" if self.kind == "seal" else where
        return f"{where}: {self.kind.replace('_', ' ')}{f' ({self.told})' if self.told else ''}"


@dataclass(frozen=True, slots=True)
class Proof:
    """How many entries there are, and what is wrong with them."""

    entries: int
    findings: tuple[Finding, ...]


async def check(links: AsyncIterator[Link], head: Link) -> Proof:
    """Go through the entries in order; `head` names the hash that the last one must have as its own and `previous`."""
    found: list[Finding] = []
    good = Link(0, "", "", True)
    odd: list[Link] = []
    entries = 0
    async for one in links:
        entries += 1
        if not one.genuine:
            odd.append(one)
        elif one.previous == good.hash:
            found += [Finding("inserted", each.sequence, each.sequence, each.told) for each in odd]
            good, odd = one, []
        elif odd and one.previous == odd[-1].hash:
            found += _explained(good, odd)
            good, odd = one, []
        else:
            odd.append(one)
    if head.previous == good.hash:
        found += [Finding("inserted", each.sequence, each.sequence, each.told) for each in odd]
    else:
        found += _explained(good, odd)
        last = odd[-1] if odd else good
        if head.hash != last.hash and not (odd and not last.genuine and last.sequence == head.sequence):
            found.append(Finding("removed", last.sequence + 1, head.sequence))
    return Proof(entries, tuple(found))


def _explained(good: Link, odd: list[Link]) -> list[Finding]:
    """What happened, when the chain goes on from the last of the odd ones."""
    found = []
    before = good
    for one in odd:
        if not one.genuine:
            found.append(Finding("changed", one.sequence, one.sequence, one.told))
        elif before.genuine:
            # It follows something that is not there; after a changed entry, it follows what that was.
            found.append(Finding("removed", before.sequence + 1, one.sequence - 1))
        before = one
    return found
