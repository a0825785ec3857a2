"""Words that this house knows and a recogniser may mishear: whoever has some offers them (places, departments, …)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

import structlog

log = structlog.get_logger(__name__)

Words = Callable[[], Awaitable[Collection[str]]]
Unsubscribe = Callable[[], None]


class ExpectedWords:
    """The sources of words, by what they are."""

    def __init__(self) -> None:
        self._sources: dict[str, Words] = {}

    def offer(self, title: str, words: Words) -> Unsubscribe:
        """Let words of `title` (地名) be expected; they are asked for again now and then. Returns the withdrawal."""
        self._sources[title] = words

        def withdraw() -> None:
            if self._sources.get(title) is words:
                del self._sources[title]

        return withdraw

    async def all(self) -> dict[str, list[str]]:
        """All words by title; a source that fails has none, and is told in the log."""
        found: dict[str, list[str]] = {}
        for title, words in tuple(self._sources.items()):
            try:
                found[title] = list(await words())
            except Exception:
                log.exception("words that a recogniser should expect cannot be read", source=title)
        return found
