"""Sends by an HTTP request as a file describes it; robots of 企业微信 and 钉钉 are described here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import aiohttp
import msgspec
from cryptography.hazmat.primitives import hashes
from yarl import URL

from cti.base.clock import Clock
from cti.base.times.business_time import ZONE
from cti.office.messages.channels.description import (
    PLACE,
    ChannelDescription,
    Computed,
    DingtalkDescription,
    HttpDescription,
)
from cti.office.messages.channels.port import Accepted, ChannelFails, ChannelRefuses, Letter

ANSWER_BYTES = 65_536
"""No answer to a letter is longer; what is beyond is not read."""
LATER = frozenset({408, 425, 429})

Write = Callable[[str], str]


class HttpGateway:
    """A channel that is a web service."""

    def __init__(self, channel: ChannelDescription, clock: Clock) -> None:
        self._channel = channel
        self._http = _described(channel)
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, letter: Letter) -> Accepted:
        """One request, one answer. ChannelRefuses, ChannelFails."""
        values = self._values(letter)
        limit = aiohttp.ClientTimeout(total=self._channel.timeout)
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=limit)
        http = self._http
        url = _filled(http.url, values, lambda text: quote(text, safe="", encoding=http.encoding))
        try:
            async with self._session.request(
                http.method, URL(url, encoded=True), data=self._body(values), headers=self._headers(values),
                allow_redirects=False,
            ) as response:  # fmt: skip
                raw = await response.content.read(ANSWER_BYTES)
                return self._read(response.status, raw.decode(response.get_encoding(), "replace"))
        except TimeoutError:
            raise ChannelFails(f"{self._channel.timeout:g} 秒内没有应答") from None
        except (aiohttp.ClientError, OSError) as error:
            raise ChannelFails(f"无法连接：{type(error).__name__}") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _values(self, letter: Letter) -> dict[str, str]:
        now = self._clock.wall()
        here = now.astimezone(ZONE)
        values = {
            "to": letter.to, "text": letter.text, "subject": letter.subject, "id": letter.id,
            "time": str(int(now.timestamp())), "millis": str(int(now.timestamp() * 1000)),
            "stamp": f"{here:%Y%m%d%H%M%S}", "date": f"{here:%Y%m%d}",
            **{f"secret:{name}": secret for name, secret in self._channel.secrets.items()},
        }  # fmt: skip
        for name, computed in self._http.computed.items():
            values[name] = _digest(computed, values)
        return values

    def _headers(self, values: Mapping[str, str]) -> dict[str, str]:
        http = self._http
        kind = http.content_type or (
            "application/json" if http.json_ is not None
            else f"application/x-www-form-urlencoded; charset={http.encoding}" if http.form is not None
            else f"text/plain; charset={http.encoding}" if http.body is not None
            else ""
        )  # fmt: skip
        given = {"Content-Type": kind} if kind else {}
        return given | {name: _filled(text, values, _one_line) for name, text in http.headers.items()}

    def _body(self, values: Mapping[str, str]) -> bytes | None:
        http = self._http
        if http.json_ is not None:
            return msgspec.json.encode(_filled_in(http.json_, values))
        if http.form is not None:
            form = {name: _filled(text, values) for name, text in http.form.items()}
            return urlencode(form, encoding=http.encoding, errors="replace").encode()
        if http.body is not None:
            xml = "xml" in http.content_type
            return _filled(http.body, values, escape if xml else str).encode(http.encoding, "replace")
        return None

    def _read(self, status: int, text: str) -> Accepted:
        rule = self._http.success
        if status in LATER or status >= 500:
            raise ChannelFails(f"HTTP {status}")
        if status not in rule.status:
            raise ChannelRefuses(f"HTTP {status}")
        number = ""
        if rule.pattern:
            found = re.search(rule.pattern, text)
            if found is None:
                raise ChannelRefuses(f"应答不符：{text[:100]}")
            number = found.groupdict().get("number") or ""
        if rule.path or rule.number:
            try:
                answer = msgspec.json.decode(text)
            except msgspec.DecodeError:
                raise ChannelRefuses(f"应答不是 JSON：{text[:100]}") from None
            if rule.path:
                self._check(value_at(answer, rule.path))
            if rule.number and not rule.pattern:
                number = str(value_at(answer, rule.number) or "")
        return Accepted(number[:100])

    def _check(self, value: Any) -> None:
        rule, said = self._http.success, str(value)
        if rule.equals and said not in {str(one) for one in rule.equals}:
            kind = ChannelFails if said in {str(one) for one in rule.again} else ChannelRefuses
            raise kind(f"网关应答 {said[:60]}")


def value_at(answer: Any, path: str) -> Any:
    """The value that a path such as `data.0.code` leads to; None where there is none."""
    for step in path.split("."):
        if isinstance(answer, dict):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return None
    return answer


def _described(channel: ChannelDescription) -> HttpDescription:
    if channel.wecom is not None:
        # https://developer.work.weixin.qq.com/document/path/91770: errcode 45009 is too often.
        said = {"msgtype": "text", "text": {"content": "{subject}\n{text}"}}
        return _robot(channel.wecom, said, again=["45009", "-1"])
    if channel.dingtalk is not None:
        return _dingtalk(channel.dingtalk)
    assert channel.http is not None, "the description has been checked"
    return channel.http


def _dingtalk(robot: DingtalkDescription) -> HttpDescription:
    """https://open.dingtalk.com/document/robots/customize-robot-security-settings: signed in the query."""
    said = {"msgtype": "text", "text": {"content": "{subject}\n{text}"}}
    if not robot.secret:
        return _robot(robot.url, said, again=["660026", "130101", "-1"])
    signed = Computed(digest="hmac-sha256", of="{millis}\n" + robot.secret, key=robot.secret, form="base64")
    url = f"{robot.url}{'&' if '?' in robot.url else '?'}timestamp={{millis}}&sign={{sign}}"
    return _robot(url, said, again=["660026", "130101", "-1"], computed={"sign": signed})


def _robot(url: str, said: Any, again: list[str | int], computed: dict[str, Computed] | None = None) -> HttpDescription:
    success = {"path": "errcode", "equals": [0], "again": again}
    return HttpDescription.model_validate({"url": url, "json": said, "success": success, "computed": computed or {}})


def _filled(text: str, values: Mapping[str, str], write: Write = str) -> str:
    return PLACE.sub(lambda found: write(values.get(f"secret:{found[2]}" if found[1] else found[2], "")), text)


def _filled_in(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled_in(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled_in(one, values) for one in value]
    return _filled(value, values) if isinstance(value, str) else value


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n\0]", " ", text)


def _digest(computed: Computed, values: Mapping[str, str]) -> str:
    text, key = _filled(computed.of, values).encode(), _filled(computed.key, values).encode()
    if computed.digest.startswith("hmac-"):
        raw = hmac.digest(key, text, computed.digest.removeprefix("hmac-"))
    elif computed.digest == "sm3":
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(text)
        raw = sm3.finalize()
    else:
        # What a gateway asks for, whatever it is worth: it proves nothing to us.
        raw = hashlib.new(computed.digest, text, usedforsecurity=False).digest()
    if computed.form == "base64":
        return base64.b64encode(raw).decode()
    return raw.hex().upper() if computed.form == "HEX" else raw.hex()
