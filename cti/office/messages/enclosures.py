"""Files that go with mails: opened when a letter leaves, so that none lies about twice."""

from __future__ import annotations

from typing import Protocol

from cti.base.ciphers.key_sources import KeyProblem
from cti.base.refusal import Refusal
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.messages.channels.port import Enclosure
from cti.office.records.office import Office

MOST_BYTES = 15_000_000
"""Mail servers refuse letters of more than some 20 MB, and a file grows by a third on its way."""


class NotNow(Exception):
    """The file cannot be opened now. Why, in Chinese."""


class Enclosures(Protocol):
    """Opens what a letter names as enclosed."""

    async def __call__(self, name: str) -> Enclosure | None:
        """None for one that is gone, or too large for a mail. NotNow."""
        ...


def enclosures_of(office: Office) -> Enclosures:
    """Files of records."""

    async def opened(name: str) -> Enclosure | None:
        kind, record, id = name.split(":")
        files = office.need(Files)
        try:
            async with office.store.reading() as session:
                row = await files.one(session, kind, record, id)
            if row.removed_at is not None or row.size > MOST_BYTES:
                return None
            if row.scan in ("pending", "failed") and files.settings.unscanned == "refuse":
                raise NotNow("附件还没有通过病毒扫描")
            path = await files.content(row)
            content = b"".join([piece async for piece in pieces_of(path, office.store.cipher)])
        except Refusal as refusal:
            if refusal.code == "storage":
                raise NotNow(refusal.detail) from refusal
            return None
        except (OSError, KeyProblem) as error:
            raise NotNow(f"附件暂时不能读取：{type(error).__name__}") from error
        return Enclosure(row.name, row.type, content)

    return opened
