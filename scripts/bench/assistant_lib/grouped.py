"""How well tickets are put to matters: B³ on groups of public messages, in the order in which they came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tests.workflow.assistant.judged import groups
from workflow.assistant.duplicates.matters import Matters
from workflow.tickets.desk.alike import Asked
from workflow.trends.gathering import RANKED, SAME

Message = dict[str, str]


def grouped(messages: Sequence[Message], asked: Callable[[Message], Asked], matters: Matters) -> Iterator[str]:
    """The figures by groups, those that tuning had not seen apart; a message that nobody judged counts as wrong beside
    one of a group.
    """
    of: dict[str, str] = {}
    for one in messages:
        near = (found.id for found in matters.rank(asked(one), RANKED) if found.likeness >= SAME)
        of[one["id"]] = next((of[id] for id in near if id in of), one["id"])
    for name in ("tuned", "kept"):
        precision, recall, both = b_cubed(of, groups(name))
        yield f"matters {name}: B³ F {both:.3f} (precision {precision:.3f}, recall {recall:.3f})"


def b_cubed(of: Mapping[str, str], judged: Iterable[Sequence[str]]) -> tuple[float, float, float]:
    """Precision, recall and F of clusters (by item, its cluster) on judged groups: Bagga and Baldwin 1998."""
    members = defaultdict[str, set[str]](set)
    for one, cluster in of.items():
        members[cluster].add(one)
    precisions, recalls = [], []
    for group in judged:
        for one in group:
            together = members[of[one]]
            precisions.append(len(together & set(group)) / len(together))
            recalls.append(len(together & set(group)) / len(group))
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return precision, recall, 2 * precision * recall / (precision + recall)
