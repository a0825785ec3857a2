"""The course of a trial: told line by line, bounded, with what is needed to look at it when something goes wrong."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from trials.house import PASSWORD, House, NotStarted, running

LOOK_SECONDS = 1.0


class Failed(Exception):
    """What is not as it should be."""


@dataclass(slots=True)
class Course:
    """What a trial is given: the hotline, and where its pictures go."""

    house: House
    pictures: Path
    _begun: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """A line of how far it is."""
        print(f"[{time.monotonic() - self._begun:5.0f} s] {text}", flush=True)


Trial = Callable[[Course], Awaitable[None]]
Before = Callable[[House], None]


def run(
    options: argparse.Namespace, settings: str, answers: str, trial: Trial, before: Before | None = None
) -> int:  # fmt: skip
    """Start a hotline with these settings, put it through the trial; returns the exit status.

    `answers` is a path of the API that answers when all is there that the trial needs. `before` works in its folder
    before it is started.
    """
    pictures = options.pictures or Path(tempfile.mkdtemp(prefix="hotline-trial-pictures-"))
    pictures.mkdir(parents=True, exist_ok=True)
    print(f"screenshots: {pictures}", flush=True)
    try:
        with running(options.base, settings, answers, before) as house:
            try:
                _put_through(Course(house, pictures), trial, options.minutes)
            except Exception as failed:
                if options.stay:
                    _stay(house, f" as it is after {failed!r}")
                raise
            if options.stay:
                _stay(house)
    except (Failed, NotStarted) as failed:
        print(f"failed: {failed}", file=sys.stderr)
        return 1
    print("all went well")
    return 0


def _stay(house: House, after: str = "") -> None:
    print(f"{house.url} stays{after}, everybody's password is {PASSWORD}; Ctrl-C stops it", flush=True)
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(LOOK_SECONDS)


def _put_through(course: Course, trial: Trial, minutes: float) -> None:
    try:
        asyncio.run(_bounded(course, trial, minutes))
    except BaseException:
        # The hotline's folder goes with it: what it wrote stays beside the pictures.
        logs = course.pictures / "logs"
        shutil.copytree(course.house.data / "logs", logs, dirs_exist_ok=True)
        print(f"what the hotline wrote: {logs}", file=sys.stderr)
        raise


async def _bounded(course: Course, trial: Trial, minutes: float) -> None:
    limit = asyncio.timeout(minutes * 60)
    try:
        async with limit:
            await trial(course)
    except TimeoutError as late:
        if not limit.expired():
            raise
        raise Failed(f"it took longer than {minutes:g} minutes") from late
