"""What a short question means after another: 那身份证呢 after 护照怎么补办 is 身份证怎么补办."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_ELLIPSIS = re.compile(r"^(?:那么?|还有|如果是|要是)?(?P<other>.{1,12}?)(?:呢|怎么样|行不行|可以吗)[?？。]*$")
_PRONOUN = re.compile(r"它们?|这个事|那个事|这件事|那件事|这个|那个|这种|那种|这事|那事")
_LONGEST = 16
"""Characters of a question that may lean on the one before it."""


def completed(words: str, before: str) -> str:
    """The question in full, by the one asked before it."""
    if not before or len(words) > _LONGEST or not (topic := topic_of(before)):
        return words
    if (found := _ELLIPSIS.match(words)) is not None and not topic_of(found["other"]).endswith(topic):
        return before.replace(topic, found["other"], 1)
    if _PRONOUN.search(words) is not None:
        return _PRONOUN.sub(topic, words, count=1)
    return words


def topic_of(question: str) -> str:
    """What a question is about: its first noun, with the nouns that follow it; nothing when it has none."""
    topic = ""
    for word, kind in _tagged()(question):
        if kind.startswith(("n", "vn", "eng")) or kind in ("j", "l"):
            topic += word
        elif topic:
            break
    return topic


@cache
def _tagged() -> Callable[[str], list[tuple[str, str]]]:
    # Its dictionary takes a third of a second and 8 MB: read when it is first needed.
    import rjieba

    found: Callable[[str], list[tuple[str, str]]] = rjieba.tag
    return found
