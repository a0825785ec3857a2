"""A recogniser on another server by OpenAI's transcription call, as vLLM, FunASR and others serve it: by utterance.

`POST {address}/v1/audio/transcriptions`, a form of `file` (WAV), `model`, `language`, `prompt`, `response_format` and
`timestamp_granularities[]`; the answer has `text`, and with `verbose_json` `words` with `word` and `start` in seconds
(OpenAI API reference, "Create transcription"). A service that refuses `verbose_json` (400) is asked for `json`.
"""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from ivr.recognition.character_times import evenly, of_letters
from ivr.recognition.hearing import UtteranceHearing
from ivr.recognition.presence import Presence
from ivr.speech_models.asking import Answer, Head, ModelQueue

PATH = "/audio/transcriptions"
ANSWERS_SECONDS = 15.0
"""A service that takes longer for an utterance of 20 s is no help."""
CONNECTS_SECONDS = 3.0
MOST_WAITING = 200
PROMPT_CHARACTERS = 80
ANSWER_BYTES = 1_000_000
SAMPLE_BYTES = 2


class TranscriptionService:
    """The service at `address` (with or without `/v1`), asked for `count` utterances at once; `key` opens it."""

    trouble = ""

    def __init__(
        self, address: str, model: str, key: str = "", *, count: int = 4, answers_seconds: float = ANSWERS_SECONDS
    ) -> None:
        base = address.rstrip("/")
        service = _Service((base if base.endswith("/v1") else f"{base}/v1") + PATH, model, key)
        self._presence = Presence()
        self._asked = ModelQueue(
            "transcription service", lambda: _Asking(service), count=count,
            hangs_seconds=answers_seconds, most_waiting=MOST_WAITING,
        )  # fmt: skip

    @property
    def is_away(self) -> bool:
        """See `Recogniser.is_away`."""
        return self._presence.is_away

    def listen(self, rate: int, hints: Collection[str] = (), *, live: bool = False) -> UtteranceHearing:
        """See `Recogniser.listen`."""
        return UtteranceHearing(self._asked, self._presence, rate, hints, live)

    async def close(self) -> None:
        """Ask no more; who waits is told that it failed."""
        await self._asked.close()


@dataclass(slots=True)
class _Service:
    """Where it is, and what is known of it: `tells_words` until it refuses to."""

    url: str
    model: str
    key: str
    tells_words: bool = True


class _Asking:
    """See `Worker`: one connection that is kept."""

    def __init__(self, service: _Service) -> None:
        self._service = service
        self._headers = {"Authorization": f"Bearer {service.key}"} if service.key else {}
        self._session: aiohttp.ClientSession | None = None

    @property
    def is_there(self) -> bool:
        """Whether a connection may be open."""
        return self._session is not None

    async def start(self) -> None:
        """Be ready to connect."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(sock_connect=CONNECTS_SECONDS)
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout)

    async def ask(self, head: Head, body: bytes) -> Answer:
        """One utterance; `text`, and if it is to tell `times`."""
        await self.start()
        assert self._session is not None
        wants_words = bool(head["times"]) and self._service.tells_words
        try:
            status, content = await self._post(self._session, head, body, wants_words)
            if status == 400 and wants_words:
                self._service.tells_words = wants_words = False
                status, content = await self._post(self._session, head, body, wants_words)
        except aiohttp.ClientError as error:
            raise OSError(f"{type(error).__name__}: {error}") from error
        if status != 200:
            return {"error": f"the transcription service answers {status}: {content[:200]!r}"}, b""
        answer = json.loads(content)
        text = answer["text"]
        if not isinstance(text, str):
            raise TypeError("the transcription service answers no text")
        text = text.strip()
        if not head["times"]:
            return {"text": text}, b""
        seconds = len(body) / SAMPLE_BYTES / head["rate"]
        return {"text": text, "times": _times(text, answer.get("words"), seconds)}, b""

    async def _post(self, session: aiohttp.ClientSession, head: Head, body: bytes, words: bool) -> tuple[int, bytes]:
        form = aiohttp.FormData()
        form.add_field("file", _wav(body, head["rate"]), filename="said.wav", content_type="audio/wav")
        form.add_field("model", self._service.model)
        form.add_field("language", "zh")
        form.add_field("response_format", "verbose_json" if words else "json")
        if words:
            form.add_field("timestamp_granularities[]", "word")
        if prompt := "，".join(head["hints"])[:PROMPT_CHARACTERS]:
            form.add_field("prompt", prompt)
        async with session.post(self._service.url, data=form, allow_redirects=False) as answer:
            content = b""
            async for piece in answer.content.iter_any():
                content += piece
                if len(content) > ANSWER_BYTES:
                    raise ValueError("the transcription service answers without end")
            return answer.status, content

    async def end(self) -> None:
        """Close the connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def _wav(samples: bytes, rate: int) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(rate)
        file.writeframes(samples)
    return target.getvalue()


def _times(text: str, words: Any, seconds: float) -> Sequence[float]:
    """Words may be characters or longer ones; their characters follow one another until the next."""
    if not isinstance(words, list) or not words:
        return evenly(len(text), seconds)
    told = [(str(one["word"]).strip(), float(one["start"])) for one in words]
    joined = "".join(word for word, _ in told)
    ends = [*(start for _, start in told[1:]), seconds]
    marks = [
        start + max(0.0, end - start) * at / len(word)
        for (word, start), end in zip(told, ends, strict=True)
        for at in range(len(word))
    ]
    letters = [mark for letter, mark in zip(joined, marks, strict=True) if letter.isalnum()]
    return of_letters(text, letters, seconds)
