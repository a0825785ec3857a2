"""How often the first ticket that is shown beside another is about the same, on groups of public messages."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.assistant_lib.grouped import grouped
from bench.assistant_lib.messages import rows
from tests.workflow.assistant.judged import aside, groups
from workflow.assistant.duplicates.matters import Matter, Matters
from workflow.assistant.understanding.places import Places
from workflow.tickets.desk.alike import Asked

SAME_BEGINNING = 60
"""Messages that share so many characters are one that was sent twice."""
CITY = Places("430100")


def duplicates(folder: Path) -> Iterator[str]:
    """By group, those that tuning had not seen apart; characters' TF-IDF of titles beside it."""
    found: dict[str, dict[str, str]] = {}
    for one in rows(folder, "messages_unlabelled_hot"):
        found.setdefault("".join(one["text"].split())[:SAME_BEGINNING], one)
    left_out = aside()
    messages = {one["id"]: one for one in found.values() if one["id"] not in left_out}
    matters, began = Matters(lambda: CITY), time.process_time()
    for one in messages.values():
        matters.put(_matter(one))
    matters.weigh()
    took = time.process_time() - began
    yield f"duplicates: {len(messages)} messages taken in within {took:.1f} s of CPU"
    plain = _by_titles(messages)
    for name in ("tuned", "kept"):
        ours, theirs, spent = [], [], 0.0
        judged = groups(name)
        for group in judged:
            began = time.process_time()
            first = [_first(matters, messages[one]) for one in group]
            spent += time.process_time() - began
            ours.append(statistics.mean(one in group for one in first))
            theirs.append(statistics.mean(plain[one] in group for one in group))
        asked = sum(map(len, judged))
        yield (
            f"duplicates {name}: {len(judged)} groups of {asked} messages, a true mate first "
            f"{statistics.mean(ours):.3f} ({_interval(ours)}); TF-IDF of titles {statistics.mean(theirs):.3f}; "
            f"{1000 * spent / asked:.1f} ms each"
        )
    yield from grouped(sorted(messages.values(), key=lambda one: _time(one["time"])), _asked, matters)


def _matter(one: dict[str, str]) -> Matter:
    return Matter(one["id"], one["subject"].strip(), one["text"].strip(), "", "", _time(one["time"]))


def _first(matters: Matters, one: dict[str, str]) -> str:
    return next((found.id for found in matters.rank(_asked(one), 1)), "")


def _asked(one: dict[str, str]) -> Asked:
    return Asked(one["subject"].strip(), one["text"].strip(), at=_time(one["time"]), but=one["id"])


def _time(words: str) -> datetime:
    day, _, hour = words.replace("-", "/").partition(" ")
    year, month, date = (int(one) for one in day.split("/"))
    hours, minutes, *_ = (int(one) for one in (hour or "0:0").split(":"))
    return datetime(year, month, date, hours, minutes, tzinfo=UTC)


def _by_titles(messages: dict[str, dict[str, str]]) -> dict[str, str]:
    ids = list(messages)
    rows = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2).fit_transform(
        ["".join(messages[one]["subject"].split()) for one in ids]
    )
    likeness = (rows @ rows.T).toarray()
    np.fill_diagonal(likeness, -1)
    return {one: ids[int(best)] for one, best in zip(ids, likeness.argmax(axis=1), strict=True)}


def _interval(shares: list[float]) -> str:
    draw = np.random.default_rng(0)
    means = [float(np.mean(draw.choice(shares, len(shares)))) for _ in range(2000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return f"95 % {low:.3f} to {high:.3f}"
