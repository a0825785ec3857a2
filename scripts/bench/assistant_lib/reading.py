"""What the rules read, and how long that takes."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bench.assistant_lib.messages import rows
from tests.workflow.assistant.judged import JUDGED, examples
from workflow.assistant.understanding.places import Places
from workflow.assistant.understanding.reading import best, understand
from workflow.assistant.understanding.said import Line
from workflow.assistant.understanding.titles import titled

NOW = datetime(2026, 11, 27, 15, 0)
CITY = Places("411100")


def fields() -> Iterator[str]:
    """Precision and recall by field, on examples the rules were made by and on those they were not."""
    for name in ("tuned", "kept"):
        right: Counter[str] = Counter()
        proposed: Counter[str] = Counter()
        there: Counter[str] = Counter()
        for example in examples(name):
            found = {field: one.value for field, one in best(understand(example.lines, NOW, CITY)).items()}
            for field in JUDGED:
                want, got = example.fields.get(field, ""), found.get(field, "")
                there[field] += bool(want)
                proposed[field] += bool(got)
                right[field] += bool(want and want == got)
        for field in JUDGED:
            yield (
                f"fields {name:<6}{field:<14}right {right[field]:>3} of {proposed[field]:>3} proposed, "
                f"of {there[field]:>3} there"
            )


def titles(folder: Path) -> Iterator[str]:
    """How much of people's titles is in ours: pairs of characters (F1), beside the first thirty characters."""
    ours, plain = [], []
    for one in rows(folder, "messages_unlabelled_hot"):
        made = titled([Line("typed", one["text"])])
        ours.append(_overlap(made.value if made else "", one["subject"]))
        plain.append(_overlap("".join(one["text"].split())[:30], one["subject"]))
    yield (
        f"titles: overlap with people's {statistics.mean(ours):.3f} on {len(ours)} messages; "
        f"the first 30 characters {statistics.mean(plain):.3f}"
    )


def _overlap(one: str, other: str) -> float:
    pairs = [{text[at : at + 2] for at in range(len(text) - 1)} for text in (one, other)]
    both = len(pairs[0] & pairs[1])
    return 2 * both / (len(pairs[0]) + len(pairs[1])) if both else 0.0


def speed() -> Iterator[str]:
    """Milliseconds to read a request, by its length."""
    said = [line for name in ("tuned", "kept") for one in examples(name) for line in one.lines]
    understand(said[:5], NOW, CITY)
    for count in (1, 5, 40):
        took = []
        for at in range(0, len(said) - count, max(1, len(said) // 100)):
            some = said[at : at + count]
            began = time.process_time()
            understand(some, NOW, CITY)
            took.append((time.process_time() - began) * 1000)
        letters = sum(len(one.text) for one in said) * count // len(said)
        took.sort()
        middle, slow = took[len(took) // 2], took[len(took) * 95 // 100]
        yield f"speed: {letters:>5} characters read in p50 {middle:.1f} ms, p95 {slow:.1f} ms"
