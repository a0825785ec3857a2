"""Those who wait, in order of a priority that grows with time, without ever being sorted again.

Works whose priority is constant stand in one tree; works that age at one pace in another, ordered by their value at
time 0, because the order among them never changes. The first of all is the best of the trees' firsts.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from acd.tree import Tree
from acd.work import Key, Work


class Line:
    """Works in order; `Work.settle` says where each stands. `bit` of a work decides who may see it."""

    __slots__ = ("_trees",)

    def __init__(self) -> None:
        self._trees: dict[float, Tree[Work]] = {}

    def __len__(self) -> int:
        return sum(len(tree) for tree in self._trees.values())

    def add(self, work: Work, mask: int) -> None:
        """Let it stand where `work.pace` and `work.key` say."""
        tree = self._trees.get(work.pace)
        if tree is None:
            tree = self._trees[work.pace] = Tree()
        tree.add(work.key, mask, work)

    def remove(self, work: Work) -> None:
        """Take it out; `pace` and `key` must be those it was added with."""
        tree = self._trees[work.pace]
        tree.remove(work.key)
        if not tree:
            del self._trees[work.pace]

    def best(self, mask: int, now: float, refused: Callable[[Work], bool]) -> Work | None:
        """The first that has a bit of `mask` and is not refused."""
        best: Work | None = None
        standing: Key = (inf, inf, 0, "")
        for pace, tree in self._trees.items():
            work = tree.first(mask)
            while work is not None and refused(work):
                work = tree.first_after(work.key, mask)
            if work is None:
                continue
            value, since, order, id = work.key
            there = (value - pace * now, since, order, id)
            if there < standing:
                best, standing = work, there
        return best

    def ahead(self, work: Work, now: float) -> int:
        """How many stand before it."""
        value, since, order, id = work.key
        value -= work.pace * now
        return sum(
            # At its own pace the key is taken as it is: arithmetic would move it by a hair past itself.
            tree.rank(work.key if pace == work.pace else (value + pace * now, since, order, id))
            for pace, tree in self._trees.items()
        )
