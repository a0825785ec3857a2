"""The file `messages/channels.yaml` of the state directory: which channels there are and how each is spoken to.

```yaml
channels:
  city_sms:
    title: 市政务短信平台
    carries: sms
    http:
      url: "https://sms.example.gov.cn/api/send"
      json: {mobile: "{to}", content: "{text}", seq: "{id}", sign: "{sign}"}
      computed: {sign: {digest: md5, of: "{secret:account}{secret:password}{stamp}"}}
      success: {path: code, equals: ["0"], number: data.id, again: ["429"]}
    secrets: {account: hotline, password: "sealed:…"}     # `hotline seal`
    receipts: {secret: "sealed:…", number: id, state: status, delivered: ["DELIVRD"]}
    price: 0.045
    signature: 【某市12345】
  mail: {title: 邮件, carries: mail, smtp: {host: smtp.example.gov.cn, user: hotline, password: "sealed:…", sender: "hotline@example.gov.cn"}}
  on_call: {title: 值班群, carries: robot, wecom: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"}
  duty: {title: 值班群, carries: robot, dingtalk: {url: "https://oapi.dingtalk.com/robot/send?access_token=…", secret: "sealed:…"}}
```
"""  # noqa: E501 # lines of a file as they are written

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pydantic

from cti.base.addresses import Network
from cti.base.files.documents import Document, DocumentError, Problem, Where, load
from cti.base.files.sealed_values import MARK, opened_document
from cti.base.settings import Name
from cti.office.messages.channels.port import Carries

FILE = Path("messages") / "channels.yaml"

VALUES = ("to", "text", "subject", "id", "time", "millis", "stamp", "date")
"""What a letter's templates may name: the letter, and the moment as seconds, milliseconds, YYYYMMDDhhmmss, YYYYMMDD."""

PLACE = re.compile(r"\{(?:(secret):)?([A-Za-z_][A-Za-z0-9_]*)\}")


class Part(pydantic.BaseModel):
    """A part of the file: unknown keys are refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Success(Part):
    """When an answer says that the letter was taken.

    `path` leads to a value of a JSON answer (`data.0.code`), which must be one of `equals`; `pattern` is looked for in
    the answer's text. `number` leads to the gateway's own name for the letter, or is the group `number` of the pattern.
    `again` are values at `path` that mean later, not never.
    """

    status: list[int] = [200]
    path: str = ""
    equals: list[str | int | bool] = []
    again: list[str | int] = []
    pattern: str = ""
    number: str = ""

    @pydantic.field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"no pattern: {error}") from None
        return pattern


class Computed(Part):
    """A value made of others, such as a signature."""

    digest: Literal["md5", "sha1", "sha256", "sm3", "hmac-sha1", "hmac-sha256"]
    of: str
    key: str = ""
    form: Literal["hex", "HEX", "base64"] = "hex"


class HttpDescription(Part):
    """A request: exactly one of `json`, `form` and `body` is what is sent; a GET has neither.

    Names in braces are replaced in url, headers and body: those of `VALUES`, `secret:NAME`, and `computed` ones. In the
    URL they are quoted, in a `body` of XML escaped. `encoding` is the charset of form and body.
    """

    url: str = pydantic.Field(pattern=r"^https?://\S+$")
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str] = {}
    json_: Any = pydantic.Field(default=None, alias="json")
    form: dict[str, str] | None = None
    body: str | None = None
    content_type: str = ""
    encoding: Literal["utf-8", "gbk", "gb18030"] = "utf-8"
    computed: dict[Name, Computed] = {}
    success: Success = Success()

    @pydantic.model_validator(mode="after")
    def _one_body(self) -> HttpDescription:
        given = [name for name in ("json_", "form", "body") if getattr(self, name) is not None]
        if len(given) > 1 or (self.method == "GET") == bool(given):
            raise ValueError("exactly one of json, form and body is sent, with GET none")
        return self


class SmtpDescription(Part):
    """A mail server. With `tls` the connection is encrypted from the first byte, with `starttls` before the letter.

    `authority` is the certificate (PEM) by which a server of the city's own network is known, if no public one is.
    """

    host: str = pydantic.Field(min_length=1)
    port: int = pydantic.Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = pydantic.Field(default="", repr=False)
    sender: str = pydantic.Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    name: str = ""
    authority: str = ""

    @pydantic.field_validator("authority")
    @classmethod
    def _certifies(cls, authority: str) -> str:
        if authority:
            try:
                ssl.create_default_context(cadata=authority)
            except (ssl.SSLError, ValueError) as error:
                raise ValueError(f"no certificate: {error}") from None
        return authority


class DingtalkDescription(Part):
    """A robot of 钉钉; with its secret (加签) requests are signed."""

    url: str = pydantic.Field(pattern=r"^https?://\S+$")
    secret: str = pydantic.Field(default="", repr=False)


class ReceiptsDescription(Part):
    """What a gateway tells of letters by POST to `/api/message_receipts/CHANNEL`.

    It signs with `secret`: `X-Timestamp` is the Unix time in seconds, `X-Signature` the hex HMAC-SHA256 of timestamp, a
    dot and the body. One that cannot sign adds `?token=` with the secret (`sign: token`), and may come from the
    networks in `senders` only. `number`, `state` and `price` lead to values of the body, or of each item at `items`.
    """

    secret: str = pydantic.Field(min_length=8, repr=False)
    sign: Literal["hmac", "token"] = "hmac"
    senders: list[Network] = []
    items: str = ""
    number: str = "id"
    state: str = "state"
    delivered: list[str | int] = ["DELIVRD"]
    failed: list[str | int] = []
    answer: str = "ok"

    @pydantic.model_validator(mode="after")
    def _token_from_somewhere(self) -> ReceiptsDescription:
        if self.sign == "token" and not self.senders:
            raise ValueError("a token alone is no signature: name in senders where receipts come from")
        return self


class Sends(Part):
    """Which messages of the house a robot says: of these kinds (none: of all), as urgent as this at least."""

    kinds: list[str] = []
    urgency: Literal["quiet", "normal", "urgent"] = "urgent"


class ChannelDescription(Part):
    """A channel. `price` is for one part of an SMS, else for one letter, in yuan; `signature` stands before each SMS.

    At most `per_second` letters go out a second and `at_once` at a time; an answer is waited for `timeout` seconds.
    After `give_up` hours a letter is not tried any more.
    """

    title: str = pydantic.Field(min_length=1, max_length=40)
    carries: Carries
    http: HttpDescription | None = None
    smtp: SmtpDescription | None = None
    wecom: str | None = pydantic.Field(default=None, pattern=r"^https?://\S+$")
    dingtalk: DingtalkDescription | None = None
    secrets: dict[Name, str] = pydantic.Field(default={}, repr=False)
    receipts: ReceiptsDescription | None = None
    sends: Sends = Sends()
    per_second: float = pydantic.Field(default=20, gt=0, le=1000)
    at_once: int = pydantic.Field(default=10, ge=1, le=100)
    timeout: float = pydantic.Field(default=10, gt=0, le=120)
    give_up: float = pydantic.Field(default=24, gt=0, le=240)
    price: float = pydantic.Field(default=0, ge=0, le=100)
    signature: str = pydantic.Field(default="", max_length=20)

    @pydantic.model_validator(mode="after")
    def _one_way(self) -> ChannelDescription:
        ways = [one for one in ("http", "smtp", "wecom", "dingtalk") if getattr(self, one) is not None]
        if len(ways) != 1:
            raise ValueError("exactly one of http, smtp, wecom and dingtalk says how it is sent")
        fitting = {"smtp": Carries.MAIL, "wecom": Carries.ROBOT, "dingtalk": Carries.ROBOT}
        if ways[0] in fitting and self.carries is not fitting[ways[0]]:
            raise ValueError(f"{ways[0]} carries {fitting[ways[0]].value}")
        return self


class ChannelsFile(Part):
    """The whole file; of channels that carry the same the first is tried first."""

    channels: dict[Name, ChannelDescription] = {}


def read_channels(data: Path) -> dict[str, ChannelDescription]:
    """The channels of a state directory, none without the file. DocumentError names every line that is wrong."""
    if not (data / FILE).exists():
        return {}
    document = load(data / FILE)
    found, problems = checked(document, data)
    if wrong := [one for one in problems if one.severity == "error"]:
        raise DocumentError(wrong)
    return found


def checked(document: Document, data: Path) -> tuple[dict[str, ChannelDescription], list[Problem]]:
    """What a document describes, and all that is wrong or doubtful in it; nothing is described when it is wrong."""
    if document.data is None:
        return {}, []
    try:
        found = opened_document(document, data).validate(ChannelsFile).channels
    except DocumentError as error:
        return {}, list(error.problems)
    return found, [*_unknown_names(document, found), *_doubts(document, found)]


def _unknown_names(document: Document, channels: dict[str, ChannelDescription]) -> Iterator[Problem]:
    for name, channel in channels.items():
        if channel.http is None:
            continue
        known = {*VALUES, *channel.http.computed}
        where: Where = ("channels", name, "http")
        for path, text in _texts(document.data["channels"][name]["http"], where):
            for secret, used in PLACE.findall(text):
                if used not in (channel.secrets if secret else known):
                    kind = "secret" if secret else "value"
                    yield document.problem(path, f"{'.'.join(map(str, path))}: there is no {kind} {used}")


def _doubts(document: Document, channels: dict[str, ChannelDescription]) -> Iterator[Problem]:
    for name, channel in channels.items():
        where: Where = ("channels", name)
        said = document.data["channels"][name]
        for key, value in (said.get("secrets") or {}).items():
            if not str(value).startswith(MARK):
                yield document.problem((*where, "secrets", key), f"{key} stands in clear: hotline seal", "warning")
        if channel.http is not None and channel.http.url.startswith("http://"):
            yield document.problem((*where, "http", "url"), "letters cross the network in clear", "warning")
        if channel.carries is Carries.SMS and channel.http is not None:
            sent = list(_texts(said["http"], ()))
            for value in ("to", "text"):
                if not any(f"{{{value}}}" in text for _, text in sent):
                    yield document.problem((*where, "http"), f"an SMS without {{{value}}} says nothing to anybody")


def _texts(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, (*where, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _texts(one, (*where, place))
    elif isinstance(value, str):
        yield where, value
