"""An ordered tree in which each entry carries a bit mask: find the first entry that has a bit of another mask.

A B+ tree whose inner nodes keep the OR of the masks and the number of entries below. An entry has a bit exactly when
all nodes above it have it, so the search goes straight down: insert, remove, find and rank cost O(log n), however
many bits there are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar, cast

V = TypeVar("V")
Key = tuple[Any, ...]

MOST = 48
FEWEST = 12


class _Node:
    """`items` are values in a leaf, nodes elsewhere; `keys[i]` is not above the smallest key below `items[i]`."""

    __slots__ = ("items", "keys", "leaf", "masks", "sizes")

    def __init__(self, leaf: bool) -> None:
        self.leaf = leaf
        self.keys: list[Key] = []
        self.masks: list[int] = []
        self.items: list[Any] = []
        self.sizes: list[int] = []

    def split(self) -> _Node:
        half = len(self.keys) // 2
        right = _Node(self.leaf)
        for name in ("keys", "masks", "items", "sizes"):
            whole = getattr(self, name)
            setattr(right, name, whole[half:])
            del whole[half:]
        return right

    def absorb(self, right: _Node) -> None:
        self.keys += right.keys
        self.masks += right.masks
        self.items += right.items
        self.sizes += right.sizes


class Tree(Generic[V]):
    """Values in order of their keys; keys are unique tuples that compare with each other."""

    def __init__(self) -> None:
        self._root = _Node(leaf=True)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def mask(self) -> int:
        """The bits that some entry has."""
        return reduce(or_, self._root.masks, 0)

    @property
    def last(self) -> Key | None:
        """The greatest key; None when there is no entry."""
        node = self._root
        while not node.leaf:
            node = node.items[-1]
        return node.keys[-1] if node.keys else None

    def has(self, mask: int) -> bool:
        """Whether some entry has a bit of `mask`."""
        return any(has & mask for has in self._root.masks)

    def add(self, key: Key, mask: int, value: V) -> None:
        """Insert an entry; its key must not be there yet."""
        path: list[tuple[_Node, int]] = []
        node = self._root
        while not node.leaf:
            at = max(bisect_right(node.keys, key) - 1, 0)
            if key < node.keys[at]:
                node.keys[at] = key
            node.masks[at] |= mask
            node.sizes[at] += 1
            path.append((node, at))
            node = node.items[at]
        at = bisect_left(node.keys, key)
        assert at == len(node.keys) or node.keys[at] != key, f"key twice: {key!r}"
        node.keys.insert(at, key)
        node.masks.insert(at, mask)
        node.items.insert(at, value)
        node.sizes.insert(at, 1)
        self._size += 1
        while len(node.keys) > MOST:
            right = node.split()
            if path:
                parent, at = path.pop()
            else:
                parent, at = _Node(leaf=False), 0
                self._root = parent
                _attach(parent, 0, node)
            _attach(parent, at + 1, right)
            _summarise(parent, at)
            node = parent

    def remove(self, key: Key) -> V:
        """Take an entry out; KeyError when there is none."""
        path: list[tuple[_Node, int]] = []
        node = self._root
        while not node.leaf:
            at = bisect_right(node.keys, key) - 1
            if at < 0:
                raise KeyError(key)
            path.append((node, at))
            node = node.items[at]
        at = bisect_left(node.keys, key)
        if at == len(node.keys) or node.keys[at] != key:
            raise KeyError(key)
        value = node.items[at]
        del node.keys[at], node.masks[at], node.items[at], node.sizes[at]
        self._size -= 1
        while path:
            parent, at = path.pop()
            if not node.keys:
                del parent.keys[at], parent.masks[at], parent.items[at], parent.sizes[at]
            else:
                parent.masks[at] = reduce(or_, node.masks)
                parent.sizes[at] -= 1
                if len(node.keys) < FEWEST:
                    _merge(parent, at)
            node = parent
        while not self._root.leaf and len(self._root.items) == 1:
            self._root = self._root.items[0]
        if not self._root.keys:
            self._root = _Node(leaf=True)
        return cast("V", value)

    def first(self, mask: int) -> V | None:
        """The first entry that has a bit of `mask`."""
        node = self._root
        while True:
            found = None
            for item, has in zip(node.items, node.masks, strict=True):
                if has & mask:
                    found = item
                    break
            if found is None or node.leaf:
                return cast("V | None", found)
            node = found

    def first_after(self, key: Key | None, mask: int, wanted: Callable[[V], bool] | None = None) -> V | None:
        """The first entry above `key` (None: of all) that has a bit of `mask` and is wanted."""
        return cast("V | None", _first_after(self._root, key, mask, wanted))

    def rank(self, key: Key) -> int:
        """How many entries have a smaller key."""
        node, below = self._root, 0
        while not node.leaf:
            at = max(bisect_right(node.keys, key) - 1, 0)
            below += sum(node.sizes[:at])
            node = node.items[at]
        return below + bisect_left(node.keys, key)

    def mask_anew(self, behind: Key | None, leaves: int, mask: Callable[[V], int]) -> Key | None:
        """Each entry of some leaves above a key (None: of the first ones) has this mask from now on.

        Returns the key to go on behind; None when that was the last. Entries may come and go between two times.
        """
        for _ in range(leaves):
            behind = _mask_anew(self._root, behind, mask)
            if behind is None:
                return None
        return behind

    def values(self) -> list[V]:
        """All values, in the order of their keys."""
        found: list[V] = []
        _collect(self._root, found)
        return found


def _first_after(node: _Node, key: Key | None, mask: int, wanted: Callable[[Any], bool] | None) -> Any:
    start = 0 if key is None else bisect_right(node.keys, key)
    if not node.leaf:
        start = max(start - 1, 0)
    for at in range(start, len(node.masks)):
        if node.masks[at] & mask:
            if node.leaf:
                if wanted is None or wanted(node.items[at]):
                    return node.items[at]
                continue
            found = _first_after(node.items[at], key, mask, wanted)
            if found is not None:
                return found
    return None


def _attach(parent: _Node, at: int, child: _Node) -> None:
    parent.keys.insert(at, child.keys[0])
    parent.masks.insert(at, reduce(or_, child.masks))
    parent.items.insert(at, child)
    parent.sizes.insert(at, sum(child.sizes))


def _summarise(parent: _Node, at: int) -> None:
    child = parent.items[at]
    parent.masks[at] = reduce(or_, child.masks)
    parent.sizes[at] = sum(child.sizes)


def _merge(parent: _Node, at: int) -> None:
    left = at - 1 if at else at
    if left + 1 >= len(parent.items):
        return
    one, other = parent.items[left], parent.items[left + 1]
    if len(one.keys) + len(other.keys) > MOST * 3 // 4:
        return
    one.absorb(other)
    del parent.keys[left + 1], parent.masks[left + 1], parent.items[left + 1], parent.sizes[left + 1]
    _summarise(parent, left)


def _mask_anew(node: _Node, behind: Key | None, mask: Callable[[Any], int]) -> Key | None:
    """The leaf in which the first entry above the key stands; its last key, None when there is no such leaf."""
    if node.leaf:
        if not node.keys or (behind is not None and node.keys[-1] <= behind):
            return None
        node.masks = [mask(item) for item in node.items]
        return node.keys[-1]
    start = 0 if behind is None else max(bisect_right(node.keys, behind) - 1, 0)
    for at in range(start, len(node.items)):
        last = _mask_anew(node.items[at], behind, mask)
        if last is not None:
            node.masks[at] = reduce(or_, node.items[at].masks)
            return last
    return None


def _collect(node: _Node, found: list[Any]) -> None:
    if node.leaf:
        found += node.items
        return
    for child in node.items:
        _collect(child, found)
