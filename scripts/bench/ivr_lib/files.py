"""Lint of a large flow, and the time from saving a file until calls take it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from cti.base.files import documents
from cti.office.workshop.watcher import LibraryWatcher
from ivr import lint
from ivr.workshop.library import FlowLibrary

SMALL = "flow: small\nstart: a\nnodes:\n  a: {end: first}\n"


class NoWords:
    """No prompt has words: nothing is spoken here."""

    def text(self, prompt: str) -> str:
        """Nothing."""
        return ""


def large(nodes: int) -> str:
    """A flow of so many menus, each with an expression and two keys."""
    lines = ["flow: large", "start: n0", "default: human", "variables: {count: 1}", "nodes:"]
    for index in range(nodes):
        following = min(index + 1, nodes - 1)
        lines += [
            f"  n{index}:",
            "    menu: [greeting, {text: '请选择{count}', instead: menu/main}]",
            f'    keys: {{"1": n{following}, "2": {{next: human, if: count > {index}}}}}',
            "    timeout: human",
            "    invalid: human",
        ]
    return "\n".join([*lines, "  human: {queue: general, next: bye, else: bye}", "  bye: {end: done}"]) + "\n"


def lint_seconds(nodes: int) -> float:
    """The processor's time for reading and checking a flow of `nodes` nodes."""
    text = large(nodes)
    begin = time.process_time()
    findings = lint.lint(documents.parse(text, "large.yaml"), lint.Known())
    assert not lint.has_errors(findings)
    return time.process_time() - begin


async def _publish_seconds(folder: Path) -> float:
    (folder / "none").mkdir()
    library = FlowLibrary(folder / "flows", texts=NoWords(), shipped=folder / "none")
    library.publish(SMALL, author="bench", message="")
    task = asyncio.create_task(LibraryWatcher(library).run())
    await asyncio.sleep(0.6)
    begin = time.perf_counter()
    (folder / "flows" / "small.yaml").write_text(SMALL.replace("first", "second"), "utf-8")
    while library.current("small").revision == 1:
        await asyncio.sleep(0.002)
    seconds = time.perf_counter() - begin
    task.cancel()
    return seconds


def publish_seconds(times: int) -> list[float]:
    """The wall times from saving a file to the flow's being what its name means."""
    found: list[float] = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            found.append(asyncio.run(_publish_seconds(Path(folder))))
    return sorted(found)
