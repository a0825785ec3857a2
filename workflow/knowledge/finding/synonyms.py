"""Words that mean the same: a question with one of them is asked with the others, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cti.office.search.tokens import runs

MOST = 12
"""So many words are added to a question."""


class Synonyms:
    """Groups of words, such as 公积金、住房公积金、房积金."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        self._groups: dict[str, set[str]] = {}
        for group in groups:
            plain = [one for one in map(_plain, group) if one]
            for word in plain:
                self._groups.setdefault(word, set()).update(plain)
        self._longest = max(map(len, self._groups), default=0)

    @property
    def words(self) -> list[str]:
        """All words that have others."""
        return list(self._groups)

    def of(self, question: str) -> list[str]:
        """The words that are meant as well, without those that stand in the question already."""
        if not self._groups:
            return []
        text, found = _plain(question), dict[str, None]()
        for start in range(len(text)):
            for length in range(1, self._longest + 1):
                found.update(dict.fromkeys(sorted(self._groups.get(text[start : start + length], ()))))
        return [one for one in found if one not in text][:MOST]


def _plain(text: str) -> str:
    return "".join(runs(text))
