"""What supervisors see and do while callers wait: who waits and why in this order; move, send away, raise; callbacks.

Everybody sees and moves only what lies within his reach. What is done stands in the audit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from acd.callbacks.callback import OVER, Callback, CallbackState
from acd.live.views import wall
from acd.matching.callers import RAISED, Reason
from acd.matching.states import Medium, WorkState
from acd.matching.work import Work
from acd.service import Acd
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.masking import SEE_NUMBERS, shown_number
from cti.store.engine import Store
from cti.telephony.calls import Calls

SEE, ACT = "board.see", "supervision.control"

REASONS = {
    "queue": "队列",
    "flow": "流程",
    "called": "来电号码",
    "vip": "重点来电人",
    "listed": "白名单",
    "callback_owed": "待回拨",
    "repeat": "重复来电",
}
"""What points are given for, in words."""

AWAY = {"message": "播放提示后结束", "voicemail": "转语音留言", "callback": "登记回拨"}
"""Where a supervisor may send somebody who waits, besides other queues."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits, as a visitor may see him. `priority` is that of now, `reasons` say what it is made of."""

    id: str
    medium: str
    queue: str
    queue_title: str
    caller: str
    position: int
    since: datetime
    estimate: float | None
    priority: float
    reasons: str
    need: str
    state: str
    agent: str
    waits_for: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A callback, owed or over, as a visitor may see it."""

    id: str
    number: str
    queue: str
    queue_title: str
    state: str
    since: datetime
    attempts: int
    attempts_most: int
    next_at: datetime | None
    agent: str
    result: str
    ended_at: datetime | None


class Floor:
    """Checks the visitor's permission and reach, acts, and writes the audit."""

    def __init__(self, acd: Acd, calls: Calls, store: Store, audit: Audit) -> None:
        self._acd = acd
        self._calls = calls
        self._store = store
        self._audit = audit

    # ── who waits ────────────────────────────────────────────────────────────────────────────────────────────────

    def waiting(self, visitor: Visitor, queue: str = "") -> list[Waiter]:
        """Those who wait in one queue, or in all: next first within each."""
        visitor.need(SEE)
        matching = self._acd.matching
        now, found = matching.clock.now(), []
        for one in matching.queues.values():
            if not queue or one.name == queue:
                found += sorted(one.works.values(), key=lambda work: work.standing(now))
        return [self._waiter(visitor, work) for work in found if _reaches(visitor, SEE, work)]

    async def note_seen(self, visitor: Visitor, what: str, some: bool) -> None:
        """That the visitor was shown whole numbers, where he was; a list that renews itself is noted now and then."""
        if some and visitor.may(SEE_NUMBERS):
            await self._audit.look(visitor, "personal.seen", f"{what}:list")

    def _waiter(self, visitor: Visitor, work: Work) -> Waiter:
        matching, queue = self._acd.matching, work.queue
        now = matching.clock.now()
        priority = work.ageing.priority(now)
        aged = priority - work.ageing.base
        reasons = [*work.reasons, ("ageing", round(aged, 1))] if aged else list(work.reasons)
        offered = work.reservation is not None
        expected = None if offered else matching.estimate(work)
        # The number is masked as on the board: who may see whole ones opens the call.
        return Waiter(
            id=work.item.id,
            medium=work.item.medium,
            queue=queue.name,
            queue_title=queue.settings.title or queue.name,
            caller=Number.parse(work.item.caller).masked if work.item.caller else "",
            position=matching.position(work),
            since=wall(matching, work.since),
            estimate=0.0 if offered else None if expected is None else expected.seconds,
            priority=round(priority, 1),
            reasons="；".join(in_words(reasons)) or "先到先得",
            need=work.need() or "不限技能",
            state=work.state.value,
            agent=work.reservation.agent if work.reservation else "",
            waits_for=work.bound_to,
        )

    def _work(self, visitor: Visitor, id: str) -> Work:
        visitor.need(ACT)
        work = self._acd.matching.works.get(id)
        if work is None or not _reaches(visitor, ACT, work):
            raise NotFound("not_waiting", "该来电已不在排队中")
        if work.state is WorkState.TALKING:
            raise Conflict("talking", "该来电已经接通")
        return work

    async def raise_priority(self, visitor: Visitor, id: str, points: float) -> None:
        """Give somebody points before others; negative ones let others go first."""
        work = self._work(visitor, id)
        if not points:
            raise Invalid("no_points", "分值不能为 0", "points")
        before = work.ageing.base
        await self._note(visitor, "acd.raise", id, {"points": points, "queue": work.queue.name, "before": before})
        work = self._work(visitor, id)
        self._acd.matching.raise_priority(work, points, f"{RAISED}{visitor.name}")
        if (callback := self._acd.callbacks.of_visit(id)) is not None:
            self._acd.callbacks.raised(callback, work.ageing.base)
        self._keep(work)

    def _keep(self, work: Work) -> None:
        """The place that the call keeps for another engine is that of now."""
        call = self._calls.find(work.item.id)
        if call is not None and "acd" in call.progress:
            call.progress["acd"] = work.kept(self._acd.matching.wall)
            self._calls.save(call)

    async def move(self, visitor: Visitor, id: str, queue: str) -> None:
        """Let somebody wait in another queue, since when he has waited already."""
        work = self._work(visitor, id)
        if queue not in self._acd.settings.queues:
            raise Invalid("no_queue", "没有这个队列", "queue")
        if queue == work.queue.name:
            raise Invalid("same_queue", "该来电已在此队列中", "queue")
        await self._note(visitor, "acd.move", id, {"from": work.queue.name, "to": queue})
        work = self._work(visitor, id)
        if (callback := self._acd.callbacks.of_visit(id)) is not None:
            self._acd.callbacks.move_to(callback, queue, f"moved by {visitor.name}")
            return
        self._acd.matching.send_away(work, f"queue:{queue}", f"moved by {visitor.name}")

    async def take_out(self, visitor: Visitor, id: str, to: str) -> None:
        """Send somebody away from the queue, to one of `AWAY`; a callback is cancelled."""
        work = self._work(visitor, id)
        if to not in AWAY:
            raise Invalid("bad_target", "去向无效", "to")
        await self._note(visitor, "acd.take_out", id, {"from": work.queue.name, "to": to})
        work = self._work(visitor, id)
        why = f"taken out by {visitor.name}"
        if (callback := self._acd.callbacks.of_visit(id)) is not None:
            self._acd.callbacks.cancel(callback.id, why)
        elif work.item.medium == Medium.CHAT:
            self._acd.matching.withdraw(work, why)
        else:
            self._acd.matching.send_away(work, to, why)

    async def _note(self, visitor: Visitor, action: str, id: str, after: dict[str, Any]) -> None:
        async with self._store.writing() as session:
            await self._audit.write(session, visitor, action, f"call:{id}", after=after)

    # ── callbacks ────────────────────────────────────────────────────────────────────────────────────────────────

    def callbacks(self, visitor: Visitor, state: str = "", queue: str = "") -> list[Owed]:
        """Those owed, by when they are due, then the last that are over, the newest first."""
        visitor.need(SEE)
        callbacks = self._acd.callbacks
        owed = sorted(callbacks.all.values(), key=lambda one: (one.due or one.since, one.id))
        over = sorted(callbacks.past.values(), key=lambda one: one.ended, reverse=True)
        found = [one for one in (*owed, *over) if visitor.reach(SEE).covers(one.organisation, one.region)]
        wanted = [one for one in found if (not state or one.state == state) and (not queue or one.queue == queue)]
        return [self._owed(visitor, one) for one in wanted]

    def _owed(self, visitor: Visitor, one: Callback) -> Owed:
        settings = self._acd.settings.queues.get(one.queue)
        return Owed(
            id=one.id,
            number=_number(visitor, one.number),
            queue=one.queue,
            queue_title=(settings.title if settings else "") or one.queue,
            state=one.state.value,
            since=_moment(one.since),
            attempts=one.attempts,
            attempts_most=settings.callback.attempts if settings else one.attempts,
            next_at=_moment(one.due) if one.state is CallbackState.LATER else None,
            agent=one.agent,
            result=one.result,
            ended_at=_moment(one.ended) if one.state in OVER else None,
        )

    def _callback(self, visitor: Visitor, id: str) -> Callback:
        visitor.need(ACT)
        callback = self._acd.callbacks.all.get(id)
        if callback is None or not visitor.reach(ACT).covers(callback.organisation, callback.region):
            raise NotFound("no_callback", "没有这个待回拨，或已经结束")
        return callback

    async def cancel_callback(self, visitor: Visitor, id: str) -> None:
        """It is not wanted any more."""
        callback = self._callback(visitor, id)
        await self._note(visitor, "acd.callback.cancel", callback.id, {"queue": callback.queue})
        if not self._acd.callbacks.cancel(id, f"cancelled by {visitor.name}"):
            raise Conflict("talking", "正在通话或已经结束，不能取消")

    async def callback_now(self, visitor: Visitor, id: str) -> None:
        """Do not wait for the next attempt's time."""
        callback = self._callback(visitor, id)
        await self._note(visitor, "acd.callback.now", callback.id, {"queue": callback.queue})
        if not self._acd.callbacks.try_now(id, f"asked for by {visitor.name}"):
            raise Conflict("not_later", "该回拨已在排队或进行中")


def _reaches(visitor: Visitor, permission: str, work: Work) -> bool:
    return visitor.reach(permission).covers(work.item.organisation, work.item.region)


def _number(visitor: Visitor, digits: str) -> str:
    return shown_number(visitor, Number.parse(digits)) if digits else ""


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def in_words(reasons: Iterable[Reason]) -> list[str]:
    """Each reason with its points, in Chinese."""
    found = []
    for why, points in reasons:
        words = f"{why.removeprefix(RAISED)}调整" if why.startswith(RAISED) else REASONS.get(why, "等待时长")
        found.append(f"{words} {points:+g}")
    return found
