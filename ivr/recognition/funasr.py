"""A FunASR server on the city's own machine: words while they are said, corrected at the end of each utterance.

Its websocket protocol, mode `2pass` (FunASR, runtime/docs/websocket_protocol.md; where servers differ, their sources:
runtime/websocket/bin/websocket-server-2pass.cpp, runtime/python/websocket/funasr_wss_server.py). An utterance is a
connection: a line of JSON begins it, then comes sound, then `is_speaking: false`. Back come pieces of text
(`2pass-online`) and the corrected text of each part (`2pass-offline`). The last one has `is_final`; newer servers say
`is_end` after it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import Any

import aiohttp
import numpy as np
import structlog

from ivr.prompts.resample import resample
from ivr.recognition.character_times import evenly, of_words
from ivr.recognition.hearing import QUIET_SECONDS
from ivr.recognition.port import (
    USUAL_WEIGHT,
    FinalText,
    HearingEvent,
    PartialText,
    RecognitionFailed,
    SpeechBegan,
    SpeechEnded,
)
from ivr.recognition.presence import Presence
from ivr.recognition.repair import Vocabulary
from ivr.recognition.telling import Telling
from ivr.recognition.utterances import END_SECONDS, Began, Ended, Paused, Utterances

RATE = 16000
"""The models' own."""
PIECE_SECONDS = 0.06
CHUNK = (5, 10, 5)
"""In 60 ms: 600 ms are looked at together, with 300 before and after them."""
CHUNK_INTERVAL = 10
CONNECTS_SECONDS = 3.0
ANSWERS_SECONDS = 15.0
"""From the end of an utterance to its words."""
SETTLES_SECONDS = 0.3
"""An older server's last words are not told from those of a part before: nothing comes after them for so long."""
MOST_WORDS = 500
MESSAGE_BYTES = 1_000_000

log = structlog.get_logger(__name__)


class FunAsr:
    """The server at `address` (`ws://` or `wss://`)."""

    trouble = ""

    def __init__(self, address: str, *, answers_seconds: float = ANSWERS_SECONDS) -> None:
        self._address, self._answers = address, answers_seconds
        self._presence = Presence()
        self._session: aiohttp.ClientSession | None = None

    @property
    def is_away(self) -> bool:
        """See `Recogniser.is_away`."""
        return self._presence.is_away

    def listen(self, rate: int, hints: Collection[str] = (), *, live: bool = False) -> FunAsrHearing:
        """See `Recogniser.listen`."""
        return FunAsrHearing(self, rate, hints, live)

    def connect(self) -> Any:
        """A connection for one utterance, to be entered."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, connect=CONNECTS_SECONDS))
        return self._session.ws_connect(self._address, protocols=("binary",), max_msg_size=MESSAGE_BYTES)

    @property
    def answers_seconds(self) -> float:
        """How long the words of an utterance that is over are waited for."""
        return self._answers

    def met(self, answered: bool) -> None:
        """It was asked."""
        self._presence.met(answered)

    async def close(self) -> None:
        """Let all connections go."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def begun_with(hints: Collection[str]) -> dict[str, object]:
    """What an utterance begins with; a hot word has its weight."""
    weights = hints if isinstance(hints, Mapping) else dict.fromkeys(hints, USUAL_WEIGHT)
    words = dict(list(weights.items())[:MOST_WORDS])
    return {
        "mode": "2pass", "chunk_size": list(CHUNK), "chunk_interval": CHUNK_INTERVAL, "encoder_chunk_look_back": 4,
        "decoder_chunk_look_back": 1, "wav_name": "talk", "wav_format": "pcm", "audio_fs": RATE, "is_speaking": True,
        "itn": True, "hotwords": json.dumps(words, ensure_ascii=False) if words else "",
    }  # fmt: skip


class FunAsrHearing:
    """See `ivr.recognition.port.Hearing`."""

    def __init__(self, server: FunAsr, rate: int, hints: Collection[str], live: bool) -> None:
        self._server, self._rate, self._begin, self._live = server, rate, begun_with(hints), live
        self._utterances = Utterances(rate)
        self._telling = Telling(Vocabulary(() if live else hints))
        self._tasks: set[asyncio.Task[None]] = set()
        self._said: _Utterance | None = None
        self._is_finishing = False

    def feed(self, samples: bytes) -> None:
        """See `Hearing.feed`."""
        for happened in self._utterances.feed(samples):
            match happened:
                case Began(at):
                    self._said = _Utterance(self._server, self._rate, self._begin, at / self._rate, self._tell_partial)
                    self._telling.tell(SpeechBegan(self._said.at))
                    task = asyncio.get_running_loop().create_task(self._hear(self._said), name="hear an utterance")
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                case Paused(said):
                    assert self._said is not None, "an utterance pauses after it began"
                    self._said.grow(said[self._said.taken :])
                case Ended():
                    assert self._said is not None, "an utterance ends after it began"
                    self._said.end()
                    self._said = None
                    self._telling.tell(SpeechEnded())
        if self._said is not None:
            new = self._utterances.said(self._said.taken)
            if len(new) >= int(PIECE_SECONDS * self._rate) * 2:
                self._said.grow(new)

    def _tell_partial(self, text: str) -> None:
        self._telling.tell(PartialText(text))

    async def _hear(self, said: _Utterance) -> None:
        try:
            text, marks = await said.hear()
        except (OSError, EOFError, ValueError, TypeError, KeyError, TimeoutError, aiohttp.ClientError) as error:
            log.warning("the speech server failed", reason=f"{type(error).__name__}: {error}")
            self._server.met(False)
            # Where it ends is known only then.
            await said.ended.wait()
            reason = f"the speech server failed: {str(error) or 'it hangs'}"
            self._telling.tell(RecognitionFailed(reason, said.seconds, said.at))
        else:
            self._server.met(True)
            times = (of_words(text, marks, said.seconds) if marks else evenly(len(text), said.seconds)) if text else []
            self._telling.tell(FinalText(text, said.seconds, said.at, tuple(times) if self._live else ()))

    def events(self) -> AsyncIterator[HearingEvent]:
        """See `Hearing.events`."""
        return self._telling.events()

    def finish(self) -> None:
        """See `Hearing.finish`."""
        if not self._is_finishing:
            self.feed(bytes(int(self._rate * (END_SECONDS + QUIET_SECONDS)) * 2))
            self._is_finishing = True
            self._telling.finish()

    def close(self) -> None:
        """See `Hearing.close`."""
        for task in tuple(self._tasks):
            task.cancel()
        self._telling.close()


class _Utterance:
    """One utterance, and its connection."""

    def __init__(
        self, server: FunAsr, rate: int, begin: Mapping[str, object], at: float, told: Callable[[str], None]
    ) -> None:
        self._server, self._rate, self._begin, self.at, self._told = server, rate, begin, at, told
        self.taken = 0
        self.ended = asyncio.Event()
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._parts: list[str] = []
        self._part = ""
        self._marks: list[float] = []
        self._patience: asyncio.Timeout | None = None
        self._is_settling = False

    @property
    def seconds(self) -> float:
        """How long it is until now."""
        return self.taken / 2 / self._rate

    def grow(self, samples: bytes) -> None:
        """He has said more."""
        self.taken += len(samples)
        if samples:
            self._pieces.put_nowait(samples)

    def end(self) -> None:
        """He has said all."""
        self._pieces.put_nowait(None)
        self.ended.set()

    async def hear(self) -> tuple[str, list[float]]:
        """What was said, and when each word began, if the server tells. All that a network does may be raised."""
        async with self._server.connect() as connection:
            await connection.send_str(json.dumps(self._begin, ensure_ascii=False))
            sending = asyncio.create_task(self._send(connection))
            reading = asyncio.create_task(self._read(connection))
            over = asyncio.create_task(self.ended.wait())
            try:
                await asyncio.wait((reading, over), return_when=asyncio.FIRST_COMPLETED)
                async with asyncio.timeout(self._server.answers_seconds) as self._patience:
                    if self._is_settling:
                        self._settle()
                    await reading
            except TimeoutError:
                if not self._is_settling:
                    raise
            finally:
                for task in (sending, reading, over):
                    task.cancel()
        return "".join(self._parts).strip(), self._marks if len(self._parts) == 1 else []

    async def _send(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        while (piece := await self._pieces.get()) is not None:
            samples = np.frombuffer(piece, "<i2").astype(np.float32) / np.float32(32768)
            wide = np.clip(resample(samples, self._rate, RATE), -1, 1)
            await connection.send_bytes((wide * 32767).astype("<i2").tobytes())
        await connection.send_str(json.dumps({"is_speaking": False, "is_end": True}))

    async def _read(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        """Until the last words are there. EOFError, ValueError, TypeError, KeyError."""
        async for message in connection:
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise TypeError("the speech server sends no text")
            told = json.loads(message.data)
            if self._take(told) and self.ended.is_set():
                return
            if told.get("is_final") and self.ended.is_set():
                self._settle()
        if not (self._parts and self.ended.is_set()):
            raise EOFError("the speech server ended the connection")

    def _settle(self) -> None:
        self._is_settling = True
        if self._patience is not None:
            self._patience.reschedule(asyncio.get_running_loop().time() + SETTLES_SECONDS)

    def _take(self, told: Any) -> bool:
        """What the server says; whether it was the last."""
        if not isinstance(told, dict):
            raise TypeError("the speech server says no object")
        if error := told.get("error"):
            raise ValueError(str(error)[:200])
        if told.get("is_end"):
            return True
        text = told["text"]
        if not isinstance(text, str):
            raise TypeError("the speech server says no text")
        if told.get("mode") == "2pass-offline":
            self._part = ""
            if text:
                self._parts.append(text)
                self._marks = _marks(told.get("timestamp"))
        else:
            self._part += text
        if so_far := "".join(self._parts) + self._part:
            self._told(so_far)
        return False


def _marks(stamps: Any) -> list[float]:
    """Begin of each word in seconds: `[[100,200], [200,500]]` in ms, as a list or as its JSON; else none."""
    try:
        found = json.loads(stamps) if isinstance(stamps, str) else stamps
        return [float(one[0]) / 1000 for one in found] if isinstance(found, list) else []
    except (ValueError, TypeError, IndexError):
        return []
