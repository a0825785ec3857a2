"""Departments out of replies: how often the rules name the right one, and a model of them made by the training job."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.assistant_lib.messages import rows
from tests.workflow.assistant.judged import reply_units
from workflow.assistant.dispatching.gate import lower_bound
from workflow.assistant.learning.worker import LEAST_OF_CLASS, Text, work
from workflow.assistant.understanding.replies import unit_in, without_place


def departments(folder: Path) -> Iterator[str]:
    """Of the public messages with their replies."""
    replies = rows(folder, "qa_replies")
    by_id = {one["id"]: one for one in replies}
    judged = reply_units()
    at_first = sum(right for _, right in judged.values())
    now = sum(bool(name) and unit_in(by_id[id]["reply"]) == name for id, (name, _) in judged.items())
    said = sum(bool(unit_in(by_id[id]["reply"])) for id in judged)
    share = at_first / len(judged)
    upper = 1 - lower_bound(1 - share, len(judged))
    yield (
        f"departments out of replies: {share:.3f} of {len(judged)} were right when they were judged, 95 % between "
        f"{lower_bound(share, len(judged)):.3f} and {upper:.3f}; mended since, {now} of {said}"
    )
    named = [(one, without_place(unit)) for one in replies if (unit := unit_in(one["reply"]))]
    yield f"departments are named by {len(named)} of {len(replies)} replies"
    times = Counter(unit for _, unit in named)
    lines = [
        Text(text=f"{one['subject'].strip()}\n{one['text'].strip()}", label=unit)
        for one, unit in named
        if times[unit] >= LEAST_OF_CLASS
    ]
    _, card = work(lines, None)
    found = card.figures
    spread = 1.96 * math.sqrt(found.first * (1 - found.first) / found.texts)
    yield (
        f"a model of {found.texts} messages for {len(found.classes)} departments, by turns: first {found.first:.3f} "
        f"(± {spread:.3f}), two {found.two:.3f}, five {found.five:.3f}, calibration error {found.calibration:.3f}; "
        + ", ".join(
            f"from {key} on {reach:.2f} of them, right {right:.2f}" for key, (reach, right) in found.sure.items()
        )
    )
