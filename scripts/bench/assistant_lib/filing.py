"""How well requests are filed, and what a model costs."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from pathlib import Path

from bench.assistant_lib.messages import made_up, rows
from workflow.assistant.learning.figures import Figures, figures
from workflow.assistant.learning.fitting import fit, margins_of
from workflow.assistant.learning.linear import Linear, probabilities
from workflow.assistant.learning.repeated import groups
from workflow.assistant.learning.trying import train


def category(folder: Path) -> Iterator[str]:
    """By turns on the messages that are cut into words, and on raw ones that neither they nor near copies taught."""
    learned, asked = rows(folder, "classify_train_tokenised"), rows(folder, "classify_train_raw")
    texts = ["".join(one["tokens"].split()) for one in learned]
    said = [f"{one['subject']}\n{one['text']}" for one in asked]
    began = time.process_time()
    tried = train(texts, [one["label"] for one in learned])
    yield (
        f"category by turns: {_line(tried.figures)}; {tried.repeated} texts repeat others; "
        f"{time.process_time() - began:.0f} s of CPU"
    )
    group = groups([*texts, *said])
    same = {one["tokrow"].split(".")[0] for one in asked} - {""}
    repeated = set(group[len(texts) :].tolist())
    kept = [at for at, one in enumerate(learned) if one["row"] not in same and int(group[at]) not in repeated]
    model = fit([texts[at] for at in kept], [learned[at]["label"] for at in kept])
    likely = probabilities(margins_of(model, said), tried.model.steep)
    yield f"category of raw messages: {_line(figures(model.classes, likely, [one['label'] for one in asked]))}"


def _line(told: Figures) -> str:
    return (
        f"{told.texts} texts, first {told.first:.3f}, two {told.two:.3f}, five {told.five:.3f}, "
        f"calibration off by {told.calibration:.3f}"
    )


def training(count: int, classes: int) -> Iterator[str]:
    """Seconds and memory to train on made-up tickets, and milliseconds to rank one by the model."""
    texts, labels = made_up(count, classes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.monotonic(), time.process_time()
    model = fit(texts, labels)
    seconds, worked = time.monotonic() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = len(model.to_bytes()) / 1e6
    yield (
        f"training: {count} tickets of {classes} classes in {seconds:.0f} s ({worked:.0f} s of CPU), "
        f"{(peak - before) / 1024:.0f} MB more at its peak, a file of {size:.1f} MB; by turns three times more"
    )
    yield f"ranking: {_milliseconds(model, texts[:500]):.2f} ms a ticket of {len(texts[0])} characters"


def _milliseconds(model: Linear, texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        model.rank(text)
    return (time.process_time() - began) * 1000 / len(texts)
