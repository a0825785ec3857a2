"""Those who wait, in order of a priority that grows with time, without ever being sorted again.

Works whose priority is constant stand in one tree; works that age at one pace in another, ordered by their value at
time 0, because the order among them never changes. The first of all is the best of the trees' firsts. Works that the
same agents have refused stand in trees of their own, which those agents pass over whole.
"""

from __future__ import annotations

from math import inf

from acd.matching.tree import Tree
from acd.matching.work import Key, Work

Slot = tuple[float, frozenset[str] | None]
"""The pace of a tree, and the agents who refused every work in it; None: each work has others."""

MOST_TREES = 40
"""With more kinds of refusals than this the rest share trees, in which refusals are looked at one by one."""

NOBODY: frozenset[str] = frozenset()


class Line:
    """Works in order; `Work.settle` says where each stands. The mask of a work decides who may see it."""

    __slots__ = ("_slots", "_trees")

    def __init__(self) -> None:
        self._trees: dict[Slot, Tree[Work]] = {}
        self._slots: dict[Work, Slot] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def add(self, work: Work, mask: int) -> None:
        """Let it stand where `work.pace` and `work.key` say, apart from agents who have refused it."""
        refused = frozenset(work.refused) if work.refused else NOBODY
        slot: Slot = (work.pace, refused)
        tree = self._trees.get(slot)
        if tree is None:
            if refused and len(self._trees) >= MOST_TREES:
                slot = (work.pace, None)
                tree = self._trees.get(slot)
            if tree is None:
                tree = self._trees[slot] = Tree()
        self._slots[work] = slot
        tree.add(work.key, mask, work)

    def remove(self, work: Work) -> None:
        """Take it out; its `key` must be the one it was added with."""
        slot = self._slots.pop(work)
        tree = self._trees[slot]
        tree.remove(work.key)
        if not tree:
            del self._trees[slot]

    def best(self, mask: int, now: float, agent: str) -> Work | None:
        """The first that has a bit of `mask` and that this agent has not refused."""
        best: Work | None = None
        standing: Key = (inf, inf, 0, "")
        for (pace, refused), tree in self._trees.items():
            if refused and agent in refused:
                continue
            work = tree.first(mask)
            if refused is None:
                while work is not None and agent in work.refused:
                    work = tree.first_after(work.key, mask)
            if work is None:
                continue
            value, since, order, id = work.key
            there = (value - pace * now, since, order, id)
            if there < standing:
                best, standing = work, there
        return best

    def ahead(self, work: Work, now: float) -> int:
        """How many stand before it, be it in this line or not."""
        value, since, order, id = work.key
        value -= work.pace * now
        return sum(
            # At its own pace the key is taken as it is: arithmetic would move it by a hair past itself.
            tree.rank(work.key if pace == work.pace else (value + pace * now, since, order, id))
            for (pace, _), tree in self._trees.items()
        )
