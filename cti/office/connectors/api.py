"""Routes of connectors: which there are, a call to try one, the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import pydantic

from cti.base.http.routes import Body, OptionView, Page, Paged, Route
from cti.base.refusal import Conflict, Invalid, NotFound, Refusal
from cti.base.visitor import Visitor
from cti.office.bulk.asking import BulkAnswer, Failure
from cti.office.connectors.call_log import CallLog, Wanted, shown_answer, shown_fields
from cti.office.connectors.files import ConnectorFiles
from cti.office.connectors.models import ConnectorCallRow
from cti.office.connectors.port import Answer, OtherSideFails, OtherSideRefuses
from cti.office.connectors.rights import MANAGE, SEE, need_house
from cti.office.connectors.service import Connector, Connectors, Unready
from cti.office.connectors.signing import public_key
from cti.office.connectors.states import DIRECTION_TITLES, STATE_TITLES, Direction, State
from cti.office.identity.audit.trail import Audit
from cti.office.screens import form

STATES = {state.value: title for state, title in STATE_TITLES.items()}
DIRECTIONS = {direction.value: title for direction, title in DIRECTION_TITLES.items()}
WELL = {
    "well": "正常",
    "failing": "暂停（连续失败）",
    "closed": "未允许发送",
    "refused": "文件有误",
    "unready": "没有通道",
}


class ConnectorView(pydantic.BaseModel):
    """A connector as its file has it, and whether it works. `public_key` is what the other side checks our SM2 by."""

    name: str = pydantic.Field(title="标识")
    title: str = pydantic.Field(title="连接器", json_schema_extra=form(width=200))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(kind="choice", options=WELL, tones={
            "well": "ready", "failing": "break", "closed": "off", "refused": "break", "unready": "break",
        }),
    )  # fmt: skip
    url: str = pydantic.Field(title="地址", json_schema_extra=form(width=240, none="—"))
    verbs: str = pydantic.Field(title="操作", json_schema_extra=form(none="—"))
    hears: str = pydantic.Field(title="自动通知", json_schema_extra=form(none="—"))
    hook: str = pydantic.Field(title="接收地址", json_schema_extra=form(none="不接收"))
    auth: str = pydantic.Field(title="鉴权", json_schema_extra=form(none="无"))
    public_key: str = pydantic.Field(title="本方 SM2 公钥", json_schema_extra=form(hidden=True, none="—"))
    last_error: str = pydantic.Field(title="最近错误", json_schema_extra=form(none="—"))
    problem: str = pydantic.Field(title="文件问题", json_schema_extra=form(none="无", width=260))
    callable: bool = pydantic.Field(title="可试调", json_schema_extra=form(hidden=True))


class TryBody(Body):
    """A call past the outbox; `fields` are ours, as JSON."""

    verb: str = pydantic.Field(
        min_length=1, max_length=60, title="操作", json_schema_extra=form(help="连接器文件 verbs 中的名称")
    )
    fields: str = pydantic.Field(
        default="{}", max_length=20_000, title="内容（JSON）",
        json_schema_extra=form(kind="long", help="本方字段；有字段对照时先按对照转换。会真的发给对方"),
    )  # fmt: skip


class TriedView(pydantic.BaseModel):
    """What the other side answered."""

    words: str


class CallsQuery(Page):
    """Calls of a period, a connector, a direction or state, about a record."""

    connector: str = pydantic.Field(default="", max_length=60)
    direction: Direction | None = None
    state: State | None = None
    about: str = pydantic.Field(default="", max_length=80)
    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")

    @property
    def wanted(self) -> Wanted:
        """As the log understands it."""
        direction, state = self.direction.value if self.direction else "", self.state.value if self.state else ""
        return Wanted(self.connector, direction, state, self.about, self.since, self.until)


class CallView(pydantic.BaseModel):
    """A call and what became of it."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    created_at: datetime = pydantic.Field(title="时间", json_schema_extra=form(width=184))
    connector: str = pydantic.Field(title="连接器", json_schema_extra=form(width=170))
    direction: str = pydantic.Field(title="方向", json_schema_extra=form(kind="choice", options=DIRECTIONS, width=80))
    verb: str = pydantic.Field(title="操作")
    about: str = pydantic.Field(title="所属记录", json_schema_extra=form(none="—"))
    state: str = pydantic.Field(
        title="状态",
        json_schema_extra=form(kind="choice", options=STATES, tones={
            "waiting": "ring", "working": "talk", "done": "ready", "failed": "break",
        }),
    )  # fmt: skip
    status: int | None = pydantic.Field(title="应答码")
    milliseconds: int | None = pydantic.Field(title="用时（毫秒）")
    tries: int = pydantic.Field(title="已尝试")
    next_at: datetime | None = pydantic.Field(title="下次尝试", json_schema_extra=form(width=184))
    last_error: str = pydantic.Field(title="说明", json_schema_extra=form(width=240, none="—"))
    sender: str = pydantic.Field(title="发起人", json_schema_extra=form(none="系统"))
    replayable: bool = pydantic.Field(title="可重发", json_schema_extra=form(hidden=True))


class CallDetail(CallView):
    """A call with what was said; `****` stands for what the visitor may not see."""

    fields: str = pydantic.Field(title="内容", json_schema_extra=form(kind="long"))
    answer: str = pydantic.Field(title="对方应答", json_schema_extra=form(kind="long", none="—"))
    repeats: str = pydantic.Field(title="重发自", json_schema_extra=form(none="—"))


class Ids(Body):
    """The calls that an act is for."""

    ids: list[str] = pydantic.Field(min_length=1, max_length=500)


class ConnectorsApi:
    """Lists connectors and calls, tries one, says failed ones again; all of it is the whole house's."""

    def __init__(self, connectors: Connectors, files: ConnectorFiles, log: CallLog, audit: Audit) -> None:
        self._connectors, self._files, self._log, self._audit = connectors, files, log, audit

    def routes(self) -> list[Route]:
        """Each route with its permission, and what it is called in the contract."""
        calls = "/api/connector_calls"
        return [
            Route("GET", "/api/connectors", self.connectors, MANAGE, "连接器"),
            Route("GET", "/api/connectors/{name}", self.connector, MANAGE, "一个连接器"),
            Route("GET", "/api/options/connectors", self.options, SEE, "可选连接器"),
            Route("POST", "/api/connectors/{name}/try", self.attempt, MANAGE, "试调连接器"),
            Route("GET", calls, self.calls, SEE, "连接器调用日志"),
            Route("GET", calls + "/{id}", self.call, SEE, "一次调用"),
            Route("POST", calls + "/{id}/replay", self.replay, MANAGE, "重发一次调用"),
            Route("POST", calls + "/bulk/replay", self.replay_many, MANAGE, "批量重发调用"),
        ]

    async def connectors(self, visitor: Visitor, query: Page) -> Paged[ConnectorView]:
        """Those of the files, and files that were refused."""
        need_house(visitor)
        problems = self._files.problems
        views = [self._view(name, one, problems.get(name, "")) for name, one in self._connectors.all.items()]
        lost = [name for name in problems if name not in self._connectors.all]
        return Paged[ConnectorView].cut([*views, *(_refused(name, problems[name]) for name in lost)], query)

    async def connector(self, visitor: Visitor, name: str) -> ConnectorView:
        """One of the files, refused or not."""
        need_house(visitor)
        problem = self._files.problems.get(name, "")
        if name in self._connectors.all:
            return self._view(name, self._connectors.all[name], problem)
        if not problem:
            raise NotFound("no_connector", "连接器不存在")
        return _refused(name, problem)

    async def options(self) -> list[OptionView]:
        """Those of the files, to choose from."""
        return [OptionView(value=name, title=one.described.title) for name, one in self._connectors.all.items()]

    async def attempt(self, visitor: Visitor, name: str, body: TryBody) -> TriedView:
        """Say something past the outbox: the answer comes at once."""
        need_house(visitor)
        if name not in self._connectors.all:
            raise NotFound("no_connector", "连接器不存在")
        fields = _object(body.fields)
        await self._audit.note(visitor, "connector.tried", f"connector:{name}", {"verb": body.verb})
        try:
            answer = await self._connectors.try_out(name, body.verb, fields)
        except (Unready, OtherSideFails, OtherSideRefuses) as error:
            said = getattr(error, "answer", None) or Answer(0, "")
            raise Conflict("not_said", f"没有成功：{error}{_words(said)}") from None
        return TriedView(words=f"对方已接受{_words(answer)}")

    async def calls(self, visitor: Visitor, query: CallsQuery) -> Paged[CallView]:
        """A page of the log."""
        found = await self._log.find(visitor, query.wanted, query.page, query.size)
        views = [CallView(**self._of(row)) for row in found.rows]
        return Paged[CallView](items=views, total=found.total, page=query.page, size=query.size, more=found.more)

    async def call(self, visitor: Visitor, id: str) -> CallDetail:
        """One, with what was said."""
        row = await self._log.one(visitor, id)
        return CallDetail(
            **self._of(row), fields=shown_fields(visitor, row), answer=shown_answer(visitor, row), repeats=row.repeats
        )

    async def replay(self, visitor: Visitor, id: str) -> None:
        """Say a call to the other system once more."""
        await self._log.replay(visitor, id)

    async def replay_many(self, visitor: Visitor, body: Ids) -> BulkAnswer:
        """Once more, each on its own."""
        done, failed = 0, []
        for id in dict.fromkeys(body.ids):
            try:
                await self._log.replay(visitor, id)
                done += 1
            except Refusal as refusal:
                failed.append(Failure(id=id, detail=refusal.detail))
        return BulkAnswer(done=done, failed=failed, total=done + len(failed), refused=len(failed))

    def _of(self, row: ConnectorCallRow) -> dict[str, Any]:
        one = self._connectors.all.get(row.connector)
        return {
            "id": row.id, "created_at": row.created_at, "verb": row.verb, "about": row.about, "state": row.state,
            "connector": row.connector if one is None else one.described.title, "direction": row.direction,
            "status": row.status or None, "milliseconds": row.milliseconds or None, "tries": row.tries,
            "next_at": row.next_at if row.state == State.WAITING else None, "last_error": row.last_error,
            "sender": row.sender,
            "replayable": row.state == State.FAILED or (row.state == State.DONE and row.direction == Direction.OUT),
        }  # fmt: skip

    def _view(self, name: str, one: Connector, problem: str) -> ConnectorView:
        described, state = one.described, "well"
        if described.verbs and one.side is None:
            state = "unready"
        elif one.out.breaker.is_open or one.into.breaker.is_open:
            state = "failing"
        elif described.verbs and not self._connectors.settings.allowed:
            state = "closed"
        signed = described.auth.signed
        auth = next((words for way, words in AUTH.items() if getattr(described.auth, way) is not None), "")
        return ConnectorView(
            name=name, title=described.title, state=state, url=described.url, verbs="、".join(described.verbs),
            hears="、".join(described.hears), hook=f"/hooks/{name}" if described.incoming is not None else "",
            auth=auth, public_key=public_key(signed) if signed is not None else "",
            last_error=one.out.last_error or one.into.last_error, problem=problem, callable=bool(described.verbs),
        )  # fmt: skip


AUTH = {"header": "请求头", "basic": "用户名密码", "oauth2": "OAuth2 令牌", "signed": "签名"}


def _refused(name: str, problem: str) -> ConnectorView:
    return ConnectorView(
        name=name, title=name, state="refused", url="", verbs="", hears="", hook="", auth="", public_key="",
        last_error="", problem=problem, callable=False,
    )  # fmt: skip


def _object(text: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise Invalid("json", f"不是有效的 JSON：{error}", "fields") from None
    if not isinstance(found, dict):
        raise Invalid("json", '应为 JSON 对象，如 {"a": 1}', "fields")
    return found


def _words(answer: Answer) -> str:
    status = f"，HTTP {answer.status}" if answer.status else ""
    return f"{status}，应答：{answer.text[:300]}" if answer.text else status
