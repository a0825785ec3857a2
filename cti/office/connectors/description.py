"""A file `connectors/NAME.yaml` of the state directory: another system, how it is spoken to, and what it may tell us.

```yaml
connector: city_brain
title: 城市运行管理中心
organisation: city                   # whose it is; it hears and is told nothing of others' rows
url: "https://brain.example.gov.cn/api"
auth: {oauth2: {url: "https://brain.example.gov.cn/token", client: hotline, secret: "sealed:…"}}
verbs:
  event_handled: {path: "/events/{external}/result", mapping: event_result, success: {path: code, equals: ["0"]}}
  changed: {path: /hooks}
hears: {"ticket.changed": changed}   # what is told of itself, without anybody asking
incoming: {signature: {hmac: "sealed:…", digest: sm3}, mapping: event_intake, kind: event}
```

`auth` is one of `header`, `basic`, `oauth2`, `signed`. Secrets are sealed by `hotline seal`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

import pydantic

from cti.base.addresses import Network
from cti.base.files.documents import Document, DocumentError, Problem, load
from cti.base.files.findings import Finding, validated
from cti.base.files.parts import NAME, Name, Part
from cti.base.files.sealed_values import MARK, opened_document
from cti.base.files.sentences import Wrong
from cti.office.connectors.sentences import say

FOLDER = "connectors"
PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
SECRETS = ("value", "password", "secret", "hmac", "sm2")
"""Keys whose values nobody else may know."""


class Header(Part):
    """A header that is the same with each request, such as `X-Api-Key`."""

    name: str = pydantic.Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")
    value: str = pydantic.Field(min_length=1, repr=False)


class Basic(Part):
    """User and password (RFC 7617)."""

    user: str
    password: str = pydantic.Field(repr=False)


class OAuth2(Part):
    """A token by client credentials (RFC 6749 4.4), fetched anew before it ends."""

    url: str = pydantic.Field(pattern=r"^https?://\S+$")
    client: str
    secret: str = pydantic.Field(repr=False)
    scope: str = ""


class Signature(Part):
    """`hmac` is a shared secret, with SHA-256 or SM3; `sm2` is a key of SM2 in hex: ours to sign, theirs to check."""

    hmac: str = pydantic.Field(default="", repr=False)
    digest: Literal["sha256", "sm3"] = "sha256"
    sm2: str = pydantic.Field(default="", pattern=r"^([0-9a-fA-F]{64}|04[0-9a-fA-F]{128})?$", repr=False)

    @pydantic.model_validator(mode="after")
    def _one_key(self) -> Signature:
        if bool(self.hmac) == bool(self.sm2):
            raise Wrong(say("connector-key"))
        if self.hmac and len(self.hmac) < 16:
            raise Wrong(say("connector-key-short"))
        return self


class Auth(Part):
    """How we show who we are: at most one of them."""

    header: Header | None = None
    basic: Basic | None = None
    oauth2: OAuth2 | None = None
    signed: Signature | None = None

    @pydantic.model_validator(mode="after")
    def _one_way(self) -> Auth:
        given = [name for name in Auth.model_fields if getattr(self, name) is not None]
        if len(given) > 1:
            raise Wrong(say("connector-ways", ways=", ".join(Auth.model_fields), given=", ".join(given)))
        if self.signed is not None and self.signed.sm2 and len(self.signed.sm2) != 64:
            raise Wrong(say("connector-key-ours"))
        return self


class Success(Part):
    """When an answer says that it was done: its status, perhaps a value of its JSON; `again` are values for later."""

    status: list[int] = pydantic.Field(default=[200, 201, 202, 204])
    path: str = ""
    equals: list[str | int | bool] = pydantic.Field(default=[])
    again: list[str | int] = pydantic.Field(default=[])


class Verb(Part):
    """Something that the other side can be asked. `path` goes behind the address, with our fields in braces.

    Without a mapping our fields go as they are; with GET none goes but those of the path.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: str = pydantic.Field(default="", pattern=r"^(/\S*)?$")
    mapping: Name | None = None
    success: Success = Success()


class Reading(Part):
    """A number that the other side knows of each period: which verb (by GET) asks for it, where it is in the answer.

    It is read from `at` o'clock on the day after the period.
    """

    title: str = pydantic.Field(min_length=1, max_length=40)
    verb: Name
    value: str = pydantic.Field(min_length=1, max_length=120)
    period: Literal["day", "week", "month"] = "day"
    at: str = pydantic.Field(default="06:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


class Incoming(Part):
    """What the other side may tell us, by POST to `/hooks/CONNECTOR` of the public site.

    It comes signed, not older than `window` seconds, from `senders` only when some are named. `mapping` makes our
    fields of its; `kind` says which module takes them.
    """

    signature: Signature
    kind: Name
    mapping: Name | None = None
    senders: list[Network] = pydantic.Field(default=[])
    window: int = pydantic.Field(default=300, ge=10, le=3600)

    @pydantic.model_validator(mode="after")
    def _their_key(self) -> Incoming:
        if self.signature.sm2 and len(self.signature.sm2) != 130:
            raise Wrong(say("connector-key-theirs"))
        return self


class ConnectorDescription(Part):
    """The whole file. `port` names a way that is not HTTP.

    At most `at_once` requests go at a time, each is waited for `timeout` seconds, and after `give_up` hours a call is
    not tried any more.
    """

    connector: str = pydantic.Field(pattern=NAME)
    title: str = pydantic.Field(min_length=1, max_length=40)
    organisation: Name | Literal[""] = ""
    url: str = pydantic.Field(default="", pattern=r"^(https?://[^\s/?#]+[^\s?#]*)?$")
    port: Name | Literal["http"] = "http"
    auth: Auth = Auth()
    headers: dict[str, str] = pydantic.Field(default={})
    verbs: dict[Name, Verb] = pydantic.Field(default={})
    hears: dict[str, Name] = pydantic.Field(default={})
    readings: dict[Name, Reading] = pydantic.Field(default={})
    incoming: Incoming | None = None
    at_once: int = pydantic.Field(default=8, ge=1, le=64)
    timeout: float = pydantic.Field(default=15, gt=0, le=120)
    give_up: float = pydantic.Field(default=72, gt=0, le=720)

    @pydantic.model_validator(mode="after")
    def _has_a_use(self) -> ConnectorDescription:
        if self.verbs and self.port == "http" and not self.url:
            raise Wrong(say("connector-url"))
        if not self.verbs and self.incoming is None:
            raise Wrong(say("connector-bare"))
        return self

    @property
    def mappings(self) -> set[str]:
        """The mappings that it names."""
        named = [*(verb.mapping for verb in self.verbs.values()), self.incoming.mapping if self.incoming else None]
        return {one for one in named if one is not None}


def read(path: Path, data: Path, mappings: Collection[str]) -> ConnectorDescription:
    """The connector of a file. DocumentError names every line that is wrong."""
    found, problems = checked(load(path), data, mappings, path.stem)
    if found is None or any(one.severity == "error" for one in problems):
        raise DocumentError([one for one in problems if one.severity == "error"])
    return found


def checked(
    document: Document, data: Path, mappings: Collection[str], name: str
) -> tuple[ConnectorDescription | None, list[Problem]]:
    """What a document describes as the connector `name`, and all that is wrong or doubtful in it."""
    try:
        found = validated(opened_document(document, data), ConnectorDescription)
    except DocumentError as error:
        return None, list(error.problems)
    return found, [*_wrong(document, found, mappings, name), *_doubts(document, found)]


def _wrong(document: Document, found: ConnectorDescription, mappings: Collection[str], name: str) -> Iterator[Problem]:
    if found.connector != name:
        yield Finding.at(document, ("connector",), say("connector-name", file=name, connector=found.connector))
    for told, verb in found.hears.items():
        if verb not in found.verbs:
            yield Finding.at(document, ("hears", told), say("connector-verb", verb=verb).under(f"hears.{told}"))
    for verb, described in found.verbs.items():
        if described.mapping is not None and described.mapping not in mappings:
            words = say("connector-mapping", mapping=described.mapping).under(f"verbs.{verb}.mapping")
            yield Finding.at(document, ("verbs", verb, "mapping"), words)
    for reading, read_by in found.readings.items():
        asked = found.verbs.get(read_by.verb)
        if asked is None or asked.method != "GET":
            words = say("connector-verb-get", verb=read_by.verb).under(f"readings.{reading}")
            yield Finding.at(document, ("readings", reading, "verb"), words)
    incoming = found.incoming
    if incoming is not None and incoming.mapping is not None and incoming.mapping not in mappings:
        words = say("connector-mapping", mapping=incoming.mapping).under("incoming.mapping")
        yield Finding.at(document, ("incoming", "mapping"), words)


def _doubts(document: Document, found: ConnectorDescription) -> Iterator[Problem]:
    if found.url.startswith("http://"):
        yield Finding.at(document, ("url",), say("connector-clear"), severity="warning")
    if found.verbs and found.port == "http" and found.auth == Auth():
        yield Finding.at(document, ("connector",), say("connector-open"), severity="warning")
    for where in document.places:
        value = document.data
        for step in where:
            value = value[step]
        theirs = where[:1] == ("incoming",) and where[-1:] == ("sm2",)
        secret = where[-1:] and where[-1] in SECRETS and isinstance(value, str) and value and not theirs
        if secret and not value.startswith(MARK):
            yield Finding.at(document, where, say("connector-plain", key=where[-1]), severity="warning")
