"""The process that trains: `python -m workflow.assistant.learning.worker MODEL NICE [USED]`.

It reads a line of JSON for each text from its standard input (`text`, `label`, and `new`: registered after all that the
model in the file USED has learned), writes the model to the file MODEL, and prints a line of JSON, a `Card`. What it
refuses to train on it says on its standard error, with code 3.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pydantic

from cti.base import priority
from workflow.assistant.learning.figures import Figures
from workflow.assistant.learning.linear import Linear, NotAModel, read_model
from workflow.assistant.learning.trying import Tried, train

REFUSED = 3
LEAST_OF_CLASS = 5
"""Of a class with fewer texts nothing can be learned, and nothing tried."""


class Compared(pydantic.BaseModel):
    """Of texts which neither model has learned from, and whose class both have, the share that came first; `lacked` are
    those of classes that the one in use has not.
    """

    texts: int
    new: float
    used: float
    lacked: int = 0


class Card(pydantic.BaseModel):
    """What a model is made of, and how good it is; `seconds` of the process, its memory in megabytes."""

    texts: int
    repeated: int
    left_out: int = pydantic.Field(description="texts of classes with too few")
    figures: Figures
    compared: Compared | None
    seconds: float
    megabytes: float


class Text(pydantic.BaseModel):
    """A line of the input."""

    text: str
    label: str
    new: bool = False


def work(lines: Sequence[Text], used: Linear | None) -> tuple[Linear, Card]:
    """Train on the texts. ValueError where there is too little to learn."""
    began = time.monotonic()
    times = Counter(one.label for one in lines)
    kept = [one for one in lines if times[one.label] >= LEAST_OF_CLASS]
    if not kept:
        raise ValueError(f"no class has {LEAST_OF_CLASS} texts")
    tried = train([one.text for one in kept], [one.label for one in kept])
    tried.figures.absent = {name: count for name, count in times.most_common() if count < LEAST_OF_CLASS}
    return tried.model, Card(
        texts=len(kept),
        repeated=tried.repeated,
        left_out=len(lines) - len(kept),
        figures=tried.figures,
        compared=_compared(kept, tried, used) if used is not None else None,
        seconds=round(time.monotonic() - began, 1),
        megabytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    )


def _compared(kept: Sequence[Text], tried: Tried, used: Linear) -> Compared:
    old = {int(group) for group, one in zip(tried.groups, kept, strict=True) if not one.new}
    fresh = [at for at, one in enumerate(kept) if one.new and int(tried.groups[at]) not in old]
    both = [at for at in fresh if kept[at].label in used.classes]
    ranked = [used.rank(kept[at].text, 1) for at in both]
    right = sum(bool(one) and one[0].name == kept[at].label for at, one in zip(both, ranked, strict=True))
    count = max(len(both), 1)
    new = sum(tried.guesses[at] == kept[at].label for at in both)
    lacked = len(fresh) - len(both)
    return Compared(texts=len(both), new=round(new / count, 4), used=round(right / count, 4), lacked=lacked)


def main(arguments: Sequence[str]) -> int:
    """Read, train, write."""
    path, nice, *before = arguments
    priority.take(int(nice))
    lines = [Text.model_validate_json(line) for line in sys.stdin.buffer if line.strip()]
    try:
        used = read_model(Path(before[0])) if before else None
    except NotAModel as error:
        print(f"compared with none: {error}", file=sys.stderr)
        used = None
    try:
        model, card = work(lines, used)
    except ValueError as error:
        print(error, file=sys.stderr)
        return REFUSED
    Path(path).write_bytes(model.to_bytes())
    print(json.dumps(card.model_dump(mode="json")))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
