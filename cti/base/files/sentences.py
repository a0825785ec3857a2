"""What is said about faults, by code: each sentence in English, for the command line, and in Chinese, for the screens.

A room has a table of its sentences and says them by their code: `say("node-unknown", node="bye")`. Both languages are
made from the code and its arguments, so nothing that was said is read again to be translated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Sentence(NamedTuple):
    """Templates with the arguments in braces, and what the fault means; parts of other sentences have no `about`."""

    english: str
    chinese: str
    about: str = ""


class Words(str):
    """English words that know their code, their arguments and themselves in Chinese."""

    code: str = ""
    chinese: str = ""
    values: Mapping[str, str] = {}

    def inside(self, english: str, chinese: str, **values: object) -> Words:
        """These words in the place `{words}` of a longer sentence; the code stays."""
        found = Words(english.format(words=str(self), **{name: str(one) for name, one in values.items()}))
        found.code = self.code
        found.values = {**self.values, **{name: str(one) for name, one in values.items()}}
        found.chinese = chinese.format(
            words=in_chinese(self), **{name: in_chinese(one) for name, one in values.items()}
        )
        return found

    def under(self, name: str) -> Words:
        """With the name of what they are about before them."""
        return self.inside("{at}: {words}", "{at}：{words}", at=name) if name else self


class Wrong(ValueError):
    """A value that is refused; `words` say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


class Sentences:
    """A table of sentences by their codes."""

    def __init__(self, table: Mapping[str, Sentence]) -> None:
        self.table = table

    def __call__(self, code: str, **values: object) -> Words:
        """The sentence with its arguments, of which `Words` and what `chinese` tells of itself are translated too."""
        sentence = self.table[code]
        found = Words(sentence.english.format(**{name: str(one) for name, one in values.items()}))
        found.code = code
        found.values = {name: str(one) for name, one in values.items()}
        found.chinese = sentence.chinese.format(**{name: in_chinese(one) for name, one in values.items()})
        return found

    def codes(self) -> Iterator[tuple[str, str]]:
        """Every code of a finding, and what it means."""
        return ((code, one.about) for code, one in sorted(self.table.items()) if one.about)


def in_chinese(value: object) -> str:
    """What is known of it in Chinese; what is not stays as it is."""
    chinese = getattr(value, "chinese", "")
    return str(chinese or value)


def both(english: str, chinese: str) -> Words:
    """Words that somebody else has said in both languages."""
    found = Words(english)
    found.chinese = chinese
    return found
