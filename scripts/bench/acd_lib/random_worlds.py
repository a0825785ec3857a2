"""Random worlds in which every choice of the index is compared with the scan's, and the order is judged by events."""

from __future__ import annotations

import random
import time

from tests.acd.worlds import Both, Endless, play, random_rows


def compare(first: int, worlds: int) -> int:
    """Play the worlds; 1 when one of them has a fault."""
    begin, questions, lines, judged, wrong = time.perf_counter(), 0, 0, 0, 0
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
        judged += witness.order.passed
        if found := witness.faults + witness.order.faults:
            wrong += 1
            print(f"world {seed}: {found[0]}")
    seconds = time.perf_counter() - begin
    print(
        f"{worlds} worlds, {questions} choices compared, {judged} places in order judged, {lines} decisions, "
        f"{wrong} worlds wrong, {seconds:.0f} s"
    )
    return 1 if wrong else 0
