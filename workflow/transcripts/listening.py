"""Whom the house listens to: the parties of each talk, from its answer to its end, as far as there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from cti.base.call import Call, Leg, LegState, Party
from cti.base.clock import Clock
from cti.telephony.calls import Calls
from cti.telephony.engagement import supervises
from cti.telephony.switch.port import LegHungUp, SwitchUnavailable
from ivr.recognition.port import Recogniser
from workflow.transcripts.book import Book, OpenTranscript, Unheard
from workflow.transcripts.ear import Ear, Heard
from workflow.transcripts.lines import Side
from workflow.transcripts.settings import TranscriptsSettings
from workflow.transcripts.wording import Wording

log = structlog.get_logger(__name__)

TRIES = 3
AGAIN_SECONDS = 2.0
"""After a tap that could not be opened, or ended while its leg goes on."""
LATE_SECONDS = 1.5
"""Who is heard so much later than he could speak may have said something: it is marked."""
Spawn = Callable[[Coroutine[Any, Any, None], str], object]
Words = Callable[[str], Wording]
"""Told an organisation, what its talks are put into."""


@dataclass(slots=True)
class _Party:
    """One leg that is heard; told by its ear (`Hears`)."""

    listening: Listening
    transcript: OpenTranscript
    call: Call
    leg: str
    side: Side
    agent: str
    since: datetime
    ear: Ear | None = None
    tries: int = 0
    apart: bool = field(default=False)

    def says(self, text: str) -> None:
        """He speaks."""
        if not text:
            self.apart = is_apart(self.call)
        self.listening.book.says(self.transcript, self.leg, self.side, self.agent, text, self.apart)

    def said(self, heard: Heard) -> None:
        """He has spoken."""
        self.listening.book.said(self.transcript, self.leg, self.side, self.agent, heard, self.apart)


def is_apart(call: Call) -> bool:
    """Whether what is said now is not heard by all of the talk, since agent or citizen are on hold."""
    return call.talk is not None and bool(call.talk.away)


def wanted(call: Call) -> dict[str, tuple[Side, str]]:
    """The legs of a call whose parties are to be heard, with their side and the agent's number."""
    talk = call.talk
    if talk is None or talk.answered_at is None or call.is_over:
        return {}
    found: dict[str, tuple[Side, str]] = {}
    for leg in call.legs.values():
        if leg.state is LegState.ENDED or supervises(leg):
            continue
        if leg.id == call.caller_leg:
            found[leg.id] = ("caller", "")
        elif leg.id == talk.leg:
            found[leg.id] = ("agent", leg.agent)
        elif leg.state is LegState.UP and leg.party is not Party.CALLER:
            found[leg.id] = ("other", leg.agent)
    return found


class Listening:
    """Opens and closes ears as talks go; what they hear goes to the book."""

    def __init__(
        self, calls: Calls, recogniser: Recogniser, words: Words, clock: Clock, settings: TranscriptsSettings,
        book: Book, spawn: Spawn,
    ) -> None:  # fmt: skip
        self._calls, self._recogniser, self._words, self._clock = calls, recogniser, words, clock
        self._settings, self.book, self._spawn = settings, book, spawn
        self._parties: dict[str, _Party] = {}
        self._is_stopped = False

    @property
    def heard(self) -> int:
        """How many parties are heard now."""
        return len(self._parties)

    def begin(self) -> None:
        """Take up the talks that go on already: another engine heard them, or nobody."""
        for call in self._calls.open:
            self.look(call.id)

    def look(self, id: str, answered: str = "") -> None:
        """Something happened in a call: hear whom it has now, and nobody else. The leg that `answered` just now has
        said nothing before."""
        if self._is_stopped:
            return
        call = self._calls.find(id)
        if call is None or call.is_over:
            self._spawn(self._over(id), "the end of a transcript")
            return
        here = wanted(call) if self._is_asked_for(call) else {}
        for leg, (side, agent) in here.items():
            party = self._parties.get(leg)
            if party is None:
                self._open(call, call.legs[leg], side, agent, is_new=leg == answered)
            else:
                # Who was asked may lead the talk now.
                party.side, party.agent = side, agent
        for party in [one for one in self._parties.values() if one.call.id == id and one.leg not in here]:
            if party.ear is not None:
                self._spawn(party.ear.close(), "hear no more")

    def _is_asked_for(self, call: Call) -> bool:
        queue = call.talk.queue if call.talk is not None else ""
        return self._settings.enabled and not self._recogniser.trouble and queue not in self._settings.not_queues

    def _open(self, call: Call, leg: Leg, side: Side, agent: str, *, is_new: bool) -> None:
        transcript = self.book.open(call)
        talk = call.talk
        assert talk is not None and talk.answered_at is not None
        since = max(talk.answered_at, transcript.heard_until(leg.id) or talk.answered_at)
        if is_new:
            since = self._clock.wall()
        if len(self._parties) >= self._settings.most:
            self.book.unheard(transcript, leg.id, Unheard(side, agent, since))
            return
        if leg.id in transcript.unheard:
            # What was not heard until now is marked as soon as somebody listens.
            since = self._clock.wall()
        party = _Party(self, transcript, call, leg.id, side, agent, since)
        self._parties[leg.id] = party
        self._spawn(self._hear(party), f"hear a party of {call.id}")

    async def _hear(self, party: _Party) -> None:
        try:
            while self._is_there(party) and party.tries < TRIES:
                await self._hear_once(party)
                if self._is_there(party):
                    party.tries += 1
                    await asyncio.sleep(AGAIN_SECONDS)
        finally:
            self._parties.pop(party.leg, None)
            self.book.silent(party.transcript, party.leg)
            if self._is_there(party):
                self.book.unheard(party.transcript, party.leg, Unheard(party.side, party.agent, party.since))
            party.transcript.finished.set()
            for id in self.book.waiting:
                # There is room for somebody now; the others wait for the next.
                if len(self._parties) >= self._settings.most:
                    break
                if id != party.call.id:
                    self.look(id)

    async def _hear_once(self, party: _Party) -> None:
        try:
            listener = await self._calls.switch.tap(party.leg)
        except LegHungUp:
            # A talk of a moment: he was gone before anybody listened.
            return
        except SwitchUnavailable as error:
            log.warning("a party of a talk cannot be heard", call=party.call.id, reason=str(error))
            return
        wording = self._words(party.call.organisation)
        hearing = self._recogniser.listen(listener.rate, wording.hints, live=True)
        party.ear = Ear(listener, hearing, self._clock, party, wording)
        self.book.heard_again(party.transcript, party.leg, party.ear.began)
        if (late := (party.ear.began - party.since).total_seconds()) > LATE_SECONDS:
            self.book.gap(party.transcript, party.leg, party.side, party.agent, party.since, late)
        try:
            await party.ear.run()
        except Exception:
            # The talk goes on: so does what is written of it.
            log.exception("a party of a talk is not heard any more", call=party.call.id)
        finally:
            party.ear = None
            party.since = self._clock.wall()

    def _is_there(self, party: _Party) -> bool:
        call = None if self._is_stopped else self._calls.find(party.call.id)
        return call is not None and party.leg in wanted(call)

    async def _over(self, id: str) -> None:
        """The call is over: close its transcript when all that was said in it is recognised."""
        transcript = self.book.find(id)
        if transcript is None or transcript.is_closing:
            return
        transcript.is_closing = True
        while any(party.call.id == id for party in self._parties.values()):
            transcript.finished.clear()
            await transcript.finished.wait()
        await self.book.close(id, self._clock.wall())

    async def stop(self) -> None:
        """Hear nobody any more; what was said until now is told yet."""
        self._is_stopped = True
        for party in tuple(self._parties.values()):
            if party.ear is not None:
                await party.ear.close()
