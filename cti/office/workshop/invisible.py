"""Lint of characters that nobody sees: control characters, and those that turn the direction of writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cti.base.files.documents import Document, Where
from cti.base.files.findings import Finding
from cti.office.workshop.sentences import say

INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""All but the ends of lines and tabs; Unicode's own list of those for direction (UAX 9, 2)."""


def check(document: Document) -> Iterator[Finding]:
    """All texts of a file, and all keys."""
    yield from _look(document, (), document.data)


def _found(document: Document, where: Where, found: re.Match[str]) -> Finding:
    return Finding.at(document, where, say("character-unseen", character=f"U+{ord(found.group()):04X}"))


def _look(document: Document, where: Where, value: Any) -> Iterator[Finding]:
    match value:
        case str():
            if found := INVISIBLE.search(value):
                yield _found(document, where, found)
        case dict():
            for key, inner in value.items():
                if isinstance(key, str) and (found := INVISIBLE.search(key)):
                    yield _found(document, (*where, key), found)
                yield from _look(document, (*where, key), inner)
        case list():
            for index, inner in enumerate(value):
                yield from _look(document, (*where, index), inner)
