"""Which talks are drawn, and who scores which. Pure: the same seed draws the same, whatever order they come in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Orders = dict[str, list[str]]
"""By agent the recordings in the order in which they would be drawn."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What a draw knows of a talk: its recording, and who led it."""

    recording: str
    agent: str


def orders(talks: Iterable[Talk], seed: str) -> Orders:
    """Each agent's talks, shuffled by the seed; each recording once."""
    found: dict[str, set[str]] = {}
    for one in talks:
        found.setdefault(one.agent, set()).add(one.recording)
    ranked = sorted(found, key=lambda agent: _lot(seed, agent))
    return {agent: sorted(found[agent], key=lambda recording: _lot(seed, recording)) for agent in ranked}


def drawn(by_agent: Mapping[str, Sequence[str]], each: int, most: int) -> list[Talk]:
    """So many of each agent, at most `most` together (0: no limit): round by round, so that nobody is left out before
    another has one more."""
    found: list[Talk] = []
    for place in range(each):
        for agent, recordings in by_agent.items():
            if place < len(recordings) and (not most or len(found) < most):
                found.append(Talk(recordings[place], agent))
    return found


def given(
    talks: Sequence[Talk], inspectors: Sequence[str], load: Mapping[str, int], himself: Mapping[str, str], seed: str
) -> dict[str, str]:
    """Who scores each recording: always who has least to score of those who may, nobody a talk of his own.

    `load` is what an inspector has to score already, `himself` the agent number of an inspector who is an agent, too.
    What nobody may score is given to nobody (empty).
    """
    work = {one: load.get(one, 0) for one in inspectors}
    found: dict[str, str] = {}
    for talk in talks:
        may = [one for one in work if himself.get(one, "") != talk.agent]
        one = min(may, key=lambda who: (work[who], _lot(seed, who + talk.recording)), default="")
        found[talk.recording] = one
        if one:
            work[one] += 1
    return found


def _lot(seed: str, name: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{name}".encode()).digest()
