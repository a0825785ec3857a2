"""Another system that is spoken to by HTTP: JSON there, JSON back."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

from cti.base.clock import Clock
from cti.base.expressions import written
from cti.office.connectors.authorising import Authorising
from cti.office.connectors.description import PLACE, ConnectorDescription, Verb
from cti.office.connectors.port import Answer, OtherSideFails, OtherSideRefuses, Request
from cti.office.messages.channels.http_gateway import value_at

ANSWER_BYTES = 65_536
LATER = frozenset({401, 408, 425, 429})
"""Answers that say later; 401 is a token that has ended before its time."""


class HttpSide:
    """Speaks to the system of a description."""

    def __init__(self, described: ConnectorDescription, clock: Clock) -> None:
        self._described = described
        self._authorising = Authorising(described.auth, clock)
        self._session: aiohttp.ClientSession | None = None

    async def call(self, request: Request) -> Answer:
        """One request, one answer. OtherSideFails, OtherSideRefuses."""
        verb = self._described.verbs.get(request.verb)
        if verb is None:
            raise OtherSideRefuses(f"连接器没有操作 {request.verb}")
        url = self._described.url.rstrip("/") + _path(verb.path, request.ours)
        body = b"" if verb.method == "GET" else msgspec.json.encode(request.fields)
        session = self._opened()
        try:
            headers = {
                **({"Content-Type": "application/json"} if body else {}), **self._described.headers,
                "Idempotency-Key": request.id, **await self._authorising.headers(session, request.id, body),
            }  # fmt: skip
            async with session.request(
                verb.method, url, data=body or None, headers=headers, allow_redirects=False
            ) as response:
                raw = await response.content.read(ANSWER_BYTES)
                answer = Answer(response.status, raw.decode("utf-8", "replace"))
        except TimeoutError:
            raise OtherSideFails(f"{self._described.timeout:g} 秒内没有应答") from None
        except (aiohttp.ClientError, OSError) as error:
            raise OtherSideFails(f"无法连接：{type(error).__name__}") from None
        if answer.status == 401:
            self._authorising.forget()
        _judge(verb, answer)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            limit = aiohttp.ClientTimeout(total=self._described.timeout)
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=limit)
        return self._session


def _path(path: str, ours: dict[str, Any]) -> str:
    def value(found: re.Match[str]) -> str:
        said = written(ours.get(found[1]))
        if not said or set(said) <= {"."}:
            raise OtherSideRefuses(f"地址中的 {found[1]} 没有值")
        return quote(said, safe="")

    return PLACE.sub(value, path)


def _judge(verb: Verb, answer: Answer) -> None:
    rule = verb.success
    if answer.status in rule.status:
        if not rule.path:
            return
        try:
            said = str(value_at(msgspec.json.decode(answer.text), rule.path))
        except msgspec.DecodeError:
            raise OtherSideRefuses("应答不是 JSON", answer) from None
        if said in {str(one) for one in rule.again}:
            raise OtherSideFails(f"对方应答 {said[:60]}", answer)
        if rule.equals and said not in {str(one) for one in rule.equals}:
            raise OtherSideRefuses(f"对方应答 {said[:60]}", answer)
        return
    if answer.status in LATER or answer.status >= 500:
        raise OtherSideFails(f"HTTP {answer.status}", answer)
    raise OtherSideRefuses(f"HTTP {answer.status}", answer)
