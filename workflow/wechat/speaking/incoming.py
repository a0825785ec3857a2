"""What WeChat tells us: a message or an event of a reader, in XML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError, fromstring

from workflow.wechat.speaking.envelope import NotGenuine

LONGEST = 64 * 1024
"""Bytes of one message: texts end at 2,048."""
MOST_FIELDS = 60
_TEXTS = re.compile(rb"<!\[CDATA\[.*?\]\]>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Incoming:
    """`kind` is a message's (`text`, `image`, `voice`, `location` …) or `event`; `id` is the same at each retry."""

    id: str
    openid: str
    kind: str
    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        """A field of it; empty when it has none."""
        return self.fields.get(name, "")


def fields_of(xml: bytes) -> dict[str, str]:
    """The texts of the root's children. NotGenuine for what is no such XML; nothing in it may define entities."""
    if len(xml) > LONGEST or b"<!" in _TEXTS.sub(b"", xml):
        raise NotGenuine("too long, or with declarations")
    try:
        root = fromstring(xml)  # noqa: S314 # declarations, and so entities, were refused
    except (ParseError, ValueError, LookupError):
        raise NotGenuine("no XML") from None
    if root.tag != "xml" or len(root) > MOST_FIELDS:
        raise NotGenuine("another document")
    return {one.tag: (one.text or "").strip() for one in root}


def incoming_of(fields: Mapping[str, str]) -> Incoming:
    """One told by its fields. NotGenuine for one that names no reader.

    Events have no id: WeChat says that reader and time tell them apart (排重).
    """
    openid, kind = fields.get("FromUserName", ""), fields.get("MsgType", "")
    if not openid or len(openid) > 64 or not kind:
        raise NotGenuine("from nobody")
    own = fields.get("MsgId") or ""
    event = (fields.get("CreateTime", ""), fields.get("Event", ""), fields.get("EventKey", ""))
    named = "\x00".join((openid, own) if own else (openid, *event))
    return Incoming(hashlib.sha256(named.encode()).hexdigest()[:40], openid, kind, fields)
