"""A language model behind an OpenAI-compatible address: `POST URL/chat/completions` (OpenAI API reference, "Create chat
completion"), as vLLM and others serve a city's own Qwen or DeepSeek.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import aiohttp

from workflow.assistant.settings import WritingSettings
from workflow.assistant.understanding.said import Line
from workflow.assistant.writing.answer import NotWritten, Written, read_answer
from workflow.assistant.writing.hiding import Hidden
from workflow.assistant.writing.prompts import prompt

ANSWER_BYTES = 200_000
MOST_AT_ONCE = 4
MOST_WORDS = 8_000
TRIED = (Line("caller", "你好，人民路与解放路路口的红绿灯坏了，昨天下午开始的，希望尽快修好。"),)


class Writer:
    """Asks while its switch is on, and never else."""

    def __init__(self, settings: WritingSettings) -> None:
        self.settings = settings
        self._turn = asyncio.Semaphore(MOST_AT_ONCE)

    @property
    def is_on(self) -> bool:
        """Whether anything may be sent."""
        return self.settings.is_on and bool(self.settings.url and self.settings.model)

    async def write(self, lines: Sequence[Line], names: Sequence[str] = ()) -> Written:
        """Title, account and fields. NotWritten says why there are none: the rules' own serve then."""
        if not self.is_on:
            raise NotWritten("大模型未启用")
        hidden = Hidden(lines, names) if not self.settings.inside else None
        sent = hidden.lines if hidden is not None else list(lines)
        try:
            async with asyncio.timeout(self.settings.seconds), self._turn:
                said = await self._ask(sent)
        except TimeoutError:
            raise NotWritten(f"大模型 {self.settings.seconds:g} 秒内没有回答") from None
        except aiohttp.ClientError:
            raise NotWritten("大模型服务无法连接") from None
        found = read_answer(said, sent)
        if hidden is None:
            return found
        return Written(
            title=hidden.shown(found.title), content=hidden.shown(found.content), address=hidden.shown(found.address),
            caller_name=hidden.shown(found.caller_name), keywords=[hidden.shown(one) for one in found.keywords],
        )  # fmt: skip

    async def attempt(self) -> str:
        """A sentence of ours, to see whether it answers: in words for people. NotWritten says what is wrong."""
        return f"大模型已回答，标题：{(await self.write(TRIED)).title or '（空）'}"

    async def _ask(self, lines: Sequence[Line]) -> str:
        settings = self.settings
        told, left = [], MOST_WORDS
        for one in lines:
            told.append({"side": one.side, "text": one.text[:left]})
            left -= len(one.text)
            if left <= 0:
                break
        body = {
            "model": settings.model,
            "temperature": 0,
            "response_format": {"type": "json_object"},
            "messages": [
                {"role": "system", "content": prompt("form")},
                {"role": "user", "content": json.dumps({"lines": told}, ensure_ascii=False)},
            ],
        }
        headers = {"Authorization": f"Bearer {settings.key}"} if settings.key else {}
        async with (
            aiohttp.ClientSession(headers=headers) as client,
            client.post(f"{settings.url.rstrip('/')}/chat/completions", json=body, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise NotWritten(f"大模型服务返回错误 {answer.status}")
            raw = await answer.content.read(ANSWER_BYTES + 1)
            while len(raw) <= ANSWER_BYTES and (more := await answer.content.read(ANSWER_BYTES)):
                raw += more
            if len(raw) > ANSWER_BYTES:
                raise NotWritten("大模型的回答过长")
        try:
            return str(json.loads(raw)["choices"][0]["message"]["content"])
        except (ValueError, KeyError, IndexError, TypeError):
            raise NotWritten("大模型的回答不是要求的格式") from None
