"""Random worlds in which every choice of the index is compared with the scan's."""

from __future__ import annotations

import random
import time

from tests.acd.worlds import Both, Endless, play, random_rows


def compare(first: int, worlds: int) -> int:
    """Play the worlds; 1 when one of them has a fault."""
    begin, questions, lines, wrong = time.perf_counter(), 0, 0, 0
    for seed in range(first, first + worlds):
        try:
            witness, world = play(random_rows(random.Random(seed)))  # noqa: S311  # worlds, not secrets
        except (AssertionError, Endless) as error:
            wrong += 1
            print(f"world {seed}: {error}")
            continue
        lines += len(witness.lines)
        index = world.acd.matching.index
        questions += index.questions if isinstance(index, Both) else 0
        if witness.faults:
            wrong += 1
            print(f"world {seed}: {witness.faults[0]}")
    seconds = time.perf_counter() - begin
    print(f"{worlds} worlds, {questions} choices compared, {lines} decisions, {wrong} worlds wrong, {seconds:.0f} s")
    return 1 if wrong else 0
