"""Which of what citizens say says the same, and which intent of a question it is nearest to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ivr.definition.flow import Flow
from ivr.nodes import Ask
from ivr.nodes.asides import Asides
from ivr.understanding.examples import bare, examples_of, signs_of
from ivr.understanding.intents import parts_of
from ivr.understanding.understanding import Wanted

SAME = 0.4
"""The share of its signs that a sentence has in common with one that says the same."""
_signs = lru_cache(maxsize=8192)(signs_of)


def likeness(one: str, other: str) -> float:
    """How much two sentences say the same (0–1): the weight of their common signs against that of all."""
    if bare(one) == bare(other):
        return 1.0
    these, those = _signs(one), _signs(other)
    common = sum(min(weight, those[sign]) for sign, weight in these.items() if sign in those)
    whole = sum(these.values()) + sum(those.values()) - common
    return common / whole if whole else 0.0


def alike(text: str, others: Iterable[tuple[str, str]]) -> str:
    """The id of what says the same, of `(id, sentence)`; empty when nothing does."""
    best, found = max(((likeness(text, said), id) for id, said in others), default=(0.0, ""))
    return found if best >= SAME else ""


def wanted_at(flow: Flow, node: str) -> tuple[Wanted, ...]:
    """What a question listens for: its intents, and what may be asked in between."""
    found = flow.nodes.get(node)
    own = found.wanted if isinstance(found, Ask) else ()
    return (*own, *Asides(tuple(flow.head.asides.items())).wanted)


def nearest(flow: Flow, node: str, text: str) -> tuple[str, float]:
    """The intent of a question that a sentence is nearest to, and how near (0–1); nothing when none is near at all."""
    found = flow.nodes.get(node)
    titles = {name: one.title for name, one in found.intents.items()} if isinstance(found, Ask) else {}
    known = tuple((one.intent, _known(one, titles.get(one.intent, ""))) for one in wanted_at(flow, node))
    alike = examples_of(tuple(one for one in known if one[1])).likest(text) if known else []
    return (alike[0][1], alike[0][0]) if alike else ("", 0.0)


def _known(wanted: Wanted, title: str) -> tuple[str, ...]:
    words: Sequence[str] = ["".join(parts_of(word)) for word in wanted.words]
    return tuple(one for one in (*wanted.examples, *words, title) if one)
