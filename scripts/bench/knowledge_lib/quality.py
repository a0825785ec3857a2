"""How well articles are found: replies of a city's offices by their citizens' own words, and by colloquial questions.

Each message is asked with its subject and text, and should find its own reply among all of at least 80 characters; half
of them are for learning, the figures are of the other half. Beside it BM25 by pairs of characters, and by words where
jieba is installed.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

import yaml

from cti.office.search.tokens import runs, text_tokens
from workflow.knowledge.finding.entries import Article
from workflow.knowledge.finding.fitting import fit, halves
from workflow.knowledge.finding.index import EVERYTHING
from workflow.knowledge.finding.judging import MOST_RANKS, Judged, Quality, quality, ranks
from workflow.knowledge.finding.places import Places
from workflow.knowledge.finding.ranking import USED, RankingLibrary
from workflow.knowledge.finding.room import SHIPPED
from workflow.knowledge.finding.searching import Search, Searching

SHORTEST = 80
LONGEST_ASKED = 600
K1, B = 1.2, 0.75
MOST_COUNTIES = 30
Z = 1.96
_USER = re.compile(r"[“\"]?UU\d+[”\"]?")
COLLOQUIAL, SPOKEN = Path(__file__).parent / "colloquial.yaml", Path(__file__).parent / "spoken.yaml"


@dataclass(frozen=True, slots=True)
class Reply:
    """A message and its reply."""

    id: str
    asked: str
    text: str


def replies(file: Path) -> list[Reply]:
    """Those whose reply says something."""
    csv.field_size_limit(10**9)
    with gzip.open(file) as packed:
        rows = list(csv.DictReader(io.TextIOWrapper(packed, "utf-8")))
    return [
        Reply(
            one["id"],
            _USER.sub("", f"{one['subject']}。{one['text'].strip()}")[:LONGEST_ASKED],
            _USER.sub("", one["reply"]),
        )
        for one in rows
        if len(one["reply"]) >= SHORTEST
    ]


def asked_in(file: Path) -> list[Judged]:
    """A set of questions beside this file, each with all of its answers."""
    kept: dict[str, list[int]] = yaml.safe_load(file.read_text("utf-8"))
    return [Judged(asked, tuple(map(str, ids))) for asked, ids in kept.items()]


class Plain:
    """BM25 of terms, in memory: what one measures a search by."""

    def __init__(self, texts: Mapping[str, str], terms: Callable[[str], Iterable[str]]) -> None:
        self._terms, self._ids = terms, list(texts)
        counted = [Counter(terms(text)) for text in texts.values()]
        lengths = [sum(one.values()) for one in counted]
        mean = sum(lengths) / len(lengths)
        self._weights: dict[str, list[tuple[int, float]]] = {}
        for at, (one, length) in enumerate(zip(counted, lengths, strict=True)):
            for term, count in one.items():
                share = count * (K1 + 1) / (count + K1 * (1 - B + B * length / mean))
                self._weights.setdefault(term, []).append((at, share))

    def ask(self, question: str) -> list[str]:
        """The ids of the best articles."""
        scores: Counter[int] = Counter()
        for term in set(self._terms(question)):
            found = self._weights.get(term, ())
            rare = math.log1p((len(self._ids) - len(found) + 0.5) / (len(found) + 0.5))
            for at, share in found:
                scores[at] += rare * share  # type: ignore[assignment]
        return [self._ids[at] for at, _ in scores.most_common(MOST_RANKS)]


def words(text: str) -> list[str]:
    """The words of a text, by jieba."""
    import jieba

    jieba.setLogLevel(60)
    return [one for run in runs(text) for one in jieba.cut(run)]


def pseudonyms() -> Places:
    """The places of the data: A3区 and A7县 lie in A市."""
    above = {f"{city}市": [f"{city}市"] for city in ascii_uppercase}
    for city in ascii_uppercase:
        counties = (f"{city}{number}{kind}" for number in range(1, MOST_COUNTIES) for kind in "市县区")
        above |= {county: [county, f"{city}市"] for county in counties}
    return Places(above)


def measure(folder: Path) -> list[tuple[str, str, Quality]]:
    """What is measured, by what, and how good it is; nothing where the data do not lie beside the checkout."""
    file = Path(os.environ.get("QA_REPLIES", ""))
    if not file.is_file():
        return []
    every = replies(file)
    texts = {one.id: one.text for one in every}
    own = [Judged(one.asked, (one.id,)) for one in every]
    sets = {"colloquial questions": asked_in(COLLOQUIAL), "colloquial, second set": asked_in(SPOKEN)}
    unseen = halves(own)[1]
    shipped = RankingLibrary(shipped=[SHIPPED]).current(USED).head.search
    told: list[tuple[str, str, Quality]] = []
    with Searching(folder, pseudonyms()) as searching:
        searching.index.put(Article(id, "", text) for id, text in texts.items())
        searching.index.commit()
        fitted = fit(searching, own, shipped)
        learnt = Search(fitted.weights, shipped.boosts, shipped.candidates)
        told.append(("messages, unseen half", "the delivered ranking", fitted.unseen_before))
        told.append(("messages, unseen half", "weights learnt on the other half", fitted.unseen))
        for name, spoken in sets.items():
            told.append((name, "the delivered ranking", _asked(searching, spoken, shipped)))
            told.append((name, "weights learnt on messages", _asked(searching, spoken, learnt)))
        print("learnt:", dict(fitted.weights))
    for by, terms in (("BM25 by characters", text_tokens), ("BM25 by words", words)):
        if terms is words and importlib.util.find_spec("jieba") is None:
            continue
        plain = Plain(texts, terms)
        for name, asked in {"messages, unseen half": unseen, **sets}.items():
            told.append((name, by, quality(ranks(asked, plain.ask))))
    return sorted(told, key=lambda one: one[0])


def spread(share: float, questions: int) -> float:
    """How far a share of so many questions may be off, at 95 % (half of Wilson's interval)."""
    inner = share * (1 - share) / questions + Z**2 / (4 * questions**2)
    return Z * math.sqrt(inner) / (1 + Z**2 / questions)


def _asked(searching: Searching, judged: Sequence[Judged], by: Search) -> Quality:
    def ask(question: str) -> list[str]:
        found = searching.search(question, by, EVERYTHING, most=MOST_RANKS, counted=False)
        return [hit.id for hit in found.found]

    return quality(ranks(judged, ask))
