from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.matching.tree import MOST, Tree, _Node

Op = tuple[str, int, int]


def height(tree: Tree[int]) -> int:
    node: _Node = tree._root
    levels = 1
    while not node.leaf:
        node = node.items[0]
        levels += 1
    return levels


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "add", "remove"]), st.integers(0, 300), st.integers(1, 15))))
def test_a_tree_answers_as_a_sorted_list(operations: list[Op]) -> None:
    tree: Tree[int] = Tree()
    entries: dict[int, int] = {}
    for verb, key, mask in operations:
        if verb == "add" and key not in entries:
            tree.add((key,), mask, key)
            entries[key] = mask
        elif verb == "remove" and key in entries:
            assert tree.remove((key,)) == key
            del entries[key]
    assert_same(tree, entries)


def assert_same(tree: Tree[int], entries: dict[int, int]) -> None:
    assert tree.values() == sorted(entries)
    assert len(tree) == len(entries)
    for mask in (1, 2, 4, 8, 6, 16):
        able = [key for key in sorted(entries) if entries[key] & mask]
        assert tree.first(mask) == (able[0] if able else None)
        for key in range(-1, 301, 37):
            later = [one for one in able if one > key]
            assert tree.first_after((key,), mask) == (later[0] if later else None)
    for key in range(-1, 301, 41):
        assert tree.rank((key,)) == sum(one < key for one in entries)


def test_a_large_tree_stays_flat_and_right() -> None:
    rng = random.Random(1)
    tree: Tree[int] = Tree()
    entries: dict[int, int] = {}
    for _ in range(6000):
        key = rng.randrange(3000)
        if key in entries:
            tree.remove((key,))
            del entries[key]
        else:
            entries[key] = 1 << rng.randrange(5)
            tree.add((key,), entries[key], key)
    assert_same(tree, {key: mask for key, mask in entries.items() if key <= 300} | entries)
    assert height(tree) <= 3
    for key in list(entries):
        tree.remove((key,))
    assert tree.values() == [] and height(tree) == 1
    assert MOST > 8


def test_a_key_that_is_not_there_cannot_be_removed() -> None:
    tree: Tree[int] = Tree()
    with pytest.raises(KeyError):
        tree.remove((1,))
    tree.add((2,), 1, 2)
    with pytest.raises(KeyError):
        tree.remove((1,))
    with pytest.raises(AssertionError):
        tree.add((2,), 1, 2)
