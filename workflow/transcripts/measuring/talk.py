"""How each agent's talk with a citizen went, by the lines of its transcript. Pure.

A line has the seconds in which its party spoke, to a tenth or so: pauses within a sentence are no silence. Lines of the
citizen count for the agent who led the talk then.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflow.transcripts.lines import Line
from workflow.transcripts.measuring.spans import Span, length, overlaps, silences, within

SPOKE_SECONDS = 0.5
"""Who has spoken so long and would have gone on so long is interrupted."""
LEAST_CHARACTERS = 4
"""A shorter line, as 嗯 or 好的, interrupts nobody."""


@dataclass(frozen=True, slots=True)
class TalkMeasures:
    """Seconds and characters; `seconds` is from the first to the last word, without holds. `interrupting` is how often
    the agent began while the citizen was in the middle of a line, `interrupted` the other way round.
    """

    agent: str
    began: float
    seconds: float
    silence: float
    longest_silence: float
    overlap: float
    agent_seconds: float
    agent_characters: int
    caller_seconds: float
    caller_characters: int
    interrupting: int
    interrupted: int


@dataclass(frozen=True, slots=True)
class _Spoken:
    begins: float
    ends: float
    characters: int


def measured(lines: Sequence[Line], together: Sequence[Span] = ()) -> list[TalkMeasures]:
    """By agent, in the order in which they came. `together` are the stretches, in seconds of the clock, in which
    citizen and agent heard each other: what lies between them was a hold, and no silence; without any all counts.
    """
    said = sorted((one for one in lines if one.kind == "said" and not one.apart), key=lambda one: one.at)
    firsts: dict[str, float] = {}
    for one in said:
        if one.side == "agent":
            firsts.setdefault(one.agent, one.at.timestamp())
    agents, begins = list(firsts), list(firsts.values())
    mine: dict[str, list[_Spoken]] = {agent: [] for agent in agents}
    theirs: dict[str, list[_Spoken]] = {agent: [] for agent in agents}
    for one in said:
        at = one.at.timestamp()
        spoken = _Spoken(at, at + one.seconds, characters(one.text))
        if one.side == "agent":
            mine[one.agent].append(spoken)
        elif one.side == "caller" and agents:
            theirs[agents[max(bisect_right(begins, at) - 1, 0)]].append(spoken)
    return [_of(agent, mine[agent], theirs[agent], together) for agent in agents]


def characters(text: str) -> int:
    """How many are spoken: without punctuation and spaces."""
    return sum(one.isalnum() for one in unicodedata.normalize("NFKC", text))


def _of(agent: str, mine: Sequence[_Spoken], theirs: Sequence[_Spoken], together: Sequence[Span]) -> TalkMeasures:
    ours, callers = _spans(mine), _spans(theirs)
    first = min(begin for begin, _ in (*ours, *callers))
    last = max(end for _, end in (*ours, *callers))
    pauses = silences([*ours, *callers])
    whole: list[Span] = [(first, last)]
    if together:
        pauses, whole = list(within(pauses, together)), list(within(whole, together)) or whole
    return TalkMeasures(
        agent=agent, began=first, seconds=round(length(whole), 2), silence=round(length(pauses), 2),
        longest_silence=round(max((end - begin for begin, end in pauses), default=0.0), 2),
        overlap=round(length(overlaps(ours, callers)), 2),
        agent_seconds=round(length(ours), 2), agent_characters=sum(one.characters for one in mine),
        caller_seconds=round(length(callers), 2), caller_characters=sum(one.characters for one in theirs),
        interrupting=sum(_interruptions(mine, theirs)), interrupted=sum(_interruptions(theirs, mine)),
    )  # fmt: skip


def _spans(spoken: Sequence[_Spoken]) -> list[Span]:
    return [(one.begins, one.ends) for one in spoken]


def _interruptions(who: Sequence[_Spoken], whom: Sequence[_Spoken]) -> Iterator[bool]:
    """For each line of the one, whether it cut into a line of the other."""
    at = 0
    for one in who:
        while at < len(whom) and whom[at].ends <= one.begins:
            at += 1
        yield one.characters >= LEAST_CHARACTERS and any(
            other.begins + SPOKE_SECONDS <= one.begins <= other.ends - SPOKE_SECONDS for other in whom[at : at + 2]
        )
