"""Pieces of speech as what a session plays: prompts in the caller's language, free text synthesised meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from cti.telephony.switch.port import CallSession
from cti.telephony.switch.waiting import unless_over
from ivr.prompts.catalogue import DEFAULT_LANGUAGE, PromptCatalogue
from ivr.prompts.native import played_as
from ivr.prompts.synthesis import SynthesisUnavailable
from ivr.speech.spoken_pieces import SOUNDS, Piece, Text, Unspoken, prompt_ids

log = structlog.get_logger(__name__)


class _CannotSpeak(Exception):
    def __init__(self, piece: str, why: str) -> None:
        super().__init__(piece, why)
        self.piece, self.why = piece, why


MUSIC_AFTER = 1.2
"""Seconds of silence after which a caller who waits for a sentence hears music."""


class Speaking(Protocol):
    """Makes prompts of free text; `ivr.prompts.speaker.Speaker` does."""

    async def prompts(self, text: str) -> list[str]:
        """The ids that say `text`; raises SynthesisUnavailable."""


class Joining(Protocol):
    """Makes one prompt of several; `ivr.prompts.joining.Joiner` does."""

    async def joined(self, prompts: Sequence[str]) -> list[str]:
        """`prompts` as one, or as they are where they cannot be joined."""


class NobodySpeaks:
    """A house without a voice."""

    async def prompts(self, text: str) -> list[str]:
        """Always SynthesisUnavailable."""
        raise SynthesisUnavailable("no voice")


@dataclass(frozen=True, slots=True)
class Sayer:
    """What all calls share. A caller waits at most `patience` seconds for a text.

    `fallbacks` has, after a language, those that are heard where it has no prompt; Mandarin is the last of all.
    """

    catalogue: PromptCatalogue
    speaking: Speaking
    patience: float = 8.0
    joining: Joining | None = None
    fallbacks: Mapping[str, Sequence[str]] = field(default_factory=dict)

    async def ids(
        self, session: CallSession, pieces: Sequence[Piece], unspoken: Unspoken, language: str = DEFAULT_LANGUAGE
    ) -> list[str]:
        """What the session plays for `pieces`, with music while a text takes its time.

        One that cannot be spoken is left out, and told: it must not take the others with it.
        """
        made = self.begin(pieces)
        try:
            late = [one for one in made.values() if not one.done()]
            if late:
                await self._wait(session, late)
            return await self._joined(self._spoken(pieces, made, unspoken, language))
        finally:
            for task in made.values():
                task.cancel()

    def begin(self, pieces: Sequence[Piece]) -> dict[Text, asyncio.Task[list[str]]]:
        """Begin to synthesise every text among `pieces`."""
        texts = {piece for piece in pieces if isinstance(piece, Text)}
        made = {piece: asyncio.create_task(self.speaking.prompts(piece.text), name="say a text") for piece in texts}
        for task in made.values():
            task.add_done_callback(lambda one: one.cancelled() or one.exception())
        return made

    async def _wait(self, session: CallSession, late: Sequence[asyncio.Task[list[str]]]) -> None:
        ready = asyncio.ensure_future(asyncio.wait(late, timeout=MUSIC_AFTER))
        _, pending = await unless_over(session, ready)
        if pending:
            await session.wait()
            await unless_over(session, asyncio.wait(pending, timeout=max(self.patience - MUSIC_AFTER, 0.0)))

    async def ready(
        self,
        pieces: Sequence[Piece],
        made: dict[Text, asyncio.Task[list[str]]],
        unspoken: Unspoken,
        *,
        position: int,
        estimate: float | None,
        language: str = DEFAULT_LANGUAGE,
    ) -> list[str]:
        """What can be played for `pieces` right now, in a queue: a text that nobody has spoken yet is left out."""
        return await self._joined(self._spoken(pieces, made, unspoken, language, position, estimate))

    def _spoken(
        self,
        pieces: Sequence[Piece],
        made: dict[Text, asyncio.Task[list[str]]],
        unspoken: Unspoken,
        language: str,
        position: int = 0,
        estimate: float | None = None,
    ) -> list[str]:
        found: list[str] = []
        for piece in pieces:
            try:
                found += self._piece(piece, made, language, position, estimate)
            except _CannotSpeak as error:
                log.warning("a piece is left out", piece=error.piece, reason=error.why)
                unspoken(error.piece, error.why)
        return found

    async def _joined(self, prompts: list[str]) -> list[str]:
        return await self.joining.joined(prompts) if self.joining is not None else prompts

    def _piece(
        self,
        piece: Piece,
        made: dict[Text, asyncio.Task[list[str]]],
        language: str,
        position: int = 0,
        estimate: float | None = None,
    ) -> list[str]:
        if not isinstance(piece, Text):
            try:
                ids = prompt_ids(piece, position=position, estimate=estimate)
                return [self._in(language, one) for one in ids]
            except ValueError as error:
                raise _CannotSpeak(str(getattr(piece, "text", piece)), str(error)) from None
        task = made[piece]
        why = "it takes too long"
        if task.done() and not task.cancelled():
            failure = task.exception()
            if failure is None:
                return task.result()
            why = str(failure)
        log.warning("a text is not spoken", text=piece.text[:60], reason=why, instead=piece.instead)
        if not piece.instead:
            raise _CannotSpeak(piece.text, why)
        return [self._in(language, piece.instead)]

    def prompt(self, identifier: str, language: str) -> str:
        """A prompt of the catalogue as a session plays it for a caller of this language."""
        return self._in(language, identifier)

    def _in(self, language: str, identifier: str) -> str:
        """A prompt in the first of the caller's languages that has it with sound, else in Mandarin."""
        if language != DEFAULT_LANGUAGE:
            for one in (language, *self.fallbacks.get(language, ())):
                prompt = self.catalogue.own(identifier, one)
                if prompt is not None and self.catalogue.audio(prompt) is not None:
                    return played_as(identifier, one)
        if not identifier.startswith(SOUNDS):
            prompt = self.catalogue.own(identifier, DEFAULT_LANGUAGE)
            if prompt is None or self.catalogue.audio(prompt) is None:
                raise _CannotSpeak(identifier, "there is no such prompt" if prompt is None else "it has no sound")
        return identifier
