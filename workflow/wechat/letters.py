"""Template messages (模板消息) to readers who are bound: how far their requests are, and that one may be rated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import structlog
from sqlalchemy import delete, select

from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from cti.office.outbox.line import OutboxLine, Pace
from cti.office.records import Office
from workflow.tickets.by_citizens.views import Told
from workflow.wechat.models import WechatLetterRow
from workflow.wechat.readers import Reader, Readers
from workflow.wechat.settings import WechatSettings, fields_of
from workflow.wechat.speaking.account import OfficialAccount
from workflow.wechat.speaking.errors import WechatError

log = structlog.get_logger(__name__)

PROGRESS, RATING = "progress", "rating"
OPEN, SENDING, SENT, FAILED = "waiting", "sending", "sent", "failed"
PACE = Pace(at_once=5, timeout=15.0, give_up=24.0, first=15.0, most=3600.0, tries=10)
KEPT = timedelta(days=90)
MATTER = "您的诉求有新进展"
LONGEST = {"thing": 20, "phrase": 5, "character_string": 32, "short_thing": 5, "const": 20}
"""Characters that a template's field takes, by what its name begins with."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One on its way."""

    key: str
    openid: str
    kind: str
    about: str
    words: str
    at: datetime


class Letters(OutboxLine[Letter, WechatError | None]):
    """Posts and sends them."""

    def __init__(
        self, office: Office, settings: Callable[[], WechatSettings], account: OfficialAccount, readers: Readers
    ) -> None:
        super().__init__("WeChat templates", WechatLetterRow, SENDING, PACE, office.store, office.clock)
        self._settings, self._account, self._readers = settings, account, readers

    async def tell(self, told: Told) -> None:
        """A request came a step further: who asked and is bound is told, the same words once."""
        settings = self._settings()
        if not settings.enabled:
            return
        wanted = []
        if settings.progress_template:
            wanted += [(PROGRESS, reader) for reader in await self._readers.following([one for one, _ in told.numbers])]
        if settings.rating_template and told.rating:
            wanted += [(RATING, reader) for reader in await self._readers.following([told.rating])]
        if wanted:
            await self._post(told, wanted)
            self.look()

    async def _post(self, told: Told, wanted: list[tuple[str, Reader]]) -> None:
        now = self._clock.wall()
        keys = {_key(kind, reader, told): (kind, reader) for kind, reader in wanted}
        async with self._store.writing() as session:
            there = select(WechatLetterRow.key).where(WechatLetterRow.key.in_(keys))
            for key in keys.keys() - set(await session.scalars(there)):
                kind, reader = keys[key]
                session.add(
                    WechatLetterRow(
                        id=new_id(), key=key, openid=reader.openid, kind=kind, about=told.number,
                        words=told.words[:80], state=OPEN, tries=0, created_at=now, next_at=now, last_error="",
                    )
                )  # fmt: skip
            await session.execute(delete(WechatLetterRow).where(WechatLetterRow.created_at < now - KEPT))

    # ── the line ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _mine(self) -> tuple[Any, ...]:
        return (WechatLetterRow.state.in_([OPEN, SENDING]),)

    def _taken(self, row: WechatLetterRow) -> Letter:
        return Letter(row.key, row.openid, row.kind, row.about, row.words, row.created_at)

    async def _attempt(self, taken: Letter) -> WechatError | None:
        settings = self._settings()
        rating = taken.kind == RATING
        template = settings.rating_template if rating else settings.progress_template
        fields = fields_of(settings.rating_fields if rating else settings.progress_fields)
        values = {"编号": taken.about, "进度": taken.words, "事项": MATTER,
                  "时间": f"{taken.at.astimezone(ZONE):%Y-%m-%d %H:%M}"}  # fmt: skip
        data = {name: _cut(name, values[value]) for name, value in fields.items()}
        next = quote(f"/mine/requests/{taken.about}", safe="")
        try:
            await self._account.send_template(
                taken.openid, template, f"{settings.site}/wechat?next={next}", data, taken.key
            )
        except WechatError as error:
            return error
        return None

    def _broken(self, error: Exception) -> WechatError | None:
        return WechatError(0, type(error).__name__)

    def _trouble(self, outcome: WechatError | None) -> str:
        return str(outcome) if outcome is not None and outcome.later else ""

    def _write_down(self, row: WechatLetterRow, outcome: WechatError | None) -> None:
        if outcome is None:
            row.state, row.last_error = SENT, ""
            return
        row.last_error = str(outcome)[:200]
        again = self.pace.again(row.tries, row.created_at, self._clock.wall()) if outcome.later else None
        if again is None:
            row.state = FAILED
            log.warning("a reader is not told of his request", about=row.about, reason=row.last_error)
        else:
            row.state, row.next_at = OPEN, again


def _key(kind: str, reader: Reader, told: Told) -> str:
    said = "\x00".join((kind, reader.id, told.number, told.words))
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _cut(name: str, value: str) -> str:
    most = next((length for begin, length in LONGEST.items() if name.startswith(begin)), 32)
    return value[:most]
