"""Some thousand people sit an exam at once; all answers are there afterwards, each once.

With `--killed` the engine is ended by SIGKILL when half of the answers have been acknowledged, and another goes on.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.exam_lib.hall import Hall, again, fresh, visitors
from bench.exam_lib.options import arguments
from bench.office_lib.lists import database
from cti.base.visitor import Visitor
from workflow.training.exams.models import AnswerRow, SittingRow

AT_ONCE = 50
"""Requests under way together, as a host has them."""
Told = Callable[[str, int], None]
"""Hears whose answer at which place has been acknowledged."""


async def _each(what: str, works: list[Any]) -> None:
    """Do all, some at once, and print what one costs."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(work: Any) -> None:
        async with gate:
            await work()

    cpu, begun = time.process_time(), time.monotonic()
    await asyncio.gather(*(one(work) for work in works))
    spent, wall = time.process_time() - cpu, time.monotonic() - begun
    print(f"{what:<28} {len(works):>6} × {spent / len(works) * 1000:6.2f} ms CPU, all in {wall:6.1f} s", flush=True)


async def _sit(hall: Hall, people: int, answers: int, told: Told, done: set[tuple[str, int]]) -> dict[str, Any]:
    """All begin, or go on, and save what is not `done`; returns their pages as they began."""
    pages: dict[str, Any] = {}

    async def begin(who: Visitor) -> None:
        pages[who.person] = await hall.sitting.begin(who, hall.exam)

    async def save(who: Visitor, place: int) -> None:
        await hall.sitting.save(who, pages[who.person].id, place, "B")
        told(who.person, place)

    everybody = visitors(people)
    await _each("begun", [lambda who=who: begin(who) for who in everybody])
    lost = [one for one in done if pages[one[0]].questions[one[1] - 1].said != "B"]
    if done:
        print(f"{'acknowledged before the kill':<28} {len(done):>6}, lost: {len(lost)}", flush=True)
    if lost:
        raise AssertionError(f"answers were lost: {lost[:5]}")
    saves = [
        lambda who=who, at=at: save(who, at)
        for at in range(1, answers + 1)
        for who in everybody
        if (who.person, at) not in done
    ]
    await _each("answers saved", saves)
    return pages


async def _end(hall: Hall, people: int, answers: int) -> int:
    """The hour is over, all are marked; returns how many answers or marks are not there."""
    await hall.over()
    cpu = time.process_time()
    for _ in range(people // 100 + 2):
        await hall.timers._work()
    spent = time.process_time() - cpu
    async with hall.store.reading() as session:
        kept = await session.scalar(select(func.count()).select_from(AnswerRow)) or 0
        marked = await session.scalar(select(func.count()).where(SittingRow.state == "marked")) or 0
    print(f"{'ended and marked':<28} {people:>6} × {spent / people * 1000:6.2f} ms CPU")
    print(f"answers there: {kept} of {people * answers}, marked: {marked} of {people}")
    await hall.store.close()
    return people * answers - kept + people - marked


async def _whole(url: str | None, folder: Path, options: Any) -> int:
    hall = await fresh(url, folder, options.people, options.questions)
    await _sit(hall, options.people, options.answers, lambda person, place: None, set())
    return await _end(hall, options.people, options.answers)


def _killed(url: str | None, folder: Path, options: Any) -> int:
    """One engine until half of the answers are acknowledged; then the next one."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)

        def told(person: str, place: int) -> None:
            os.write(writing, f"{person} {place}\n".encode())

        async def until_killed() -> None:
            hall = await fresh(url, folder, options.people, options.questions)
            await _sit(hall, options.people, options.answers, told, set())

        asyncio.run(until_killed())
        os._exit(0)
    os.close(writing)
    done: set[tuple[str, int]] = set()
    with os.fdopen(reading, "r", encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                person, place = line.split()
                done.add((person, int(place)))
            if len(done) == options.people * options.answers // 2:
                os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return asyncio.run(_gone_on(url, folder, options, done))


async def _gone_on(url: str | None, folder: Path, options: Any, done: set[tuple[str, int]]) -> int:
    hall = await again(url, folder)
    await _sit(hall, options.people, options.answers, lambda person, place: None, done)
    return await _end(hall, options.people, options.answers)


def main() -> int:
    """The database that is asked for; 1 when an answer or a mark is not there."""
    options = arguments(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as name, database(options.postgresql) as url:
        folder = Path(name)
        missing = _killed(url, folder, options) if options.killed else asyncio.run(_whole(url, folder, options))
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main())
