"""What happens to work while it waits: the need relaxes, an agent is waited for no longer, it waited long enough."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from acd.matching import limits, reservations
from acd.matching.callers import OF_THE_QUEUE, Kept, Moved
from acd.matching.limits import Overflowing
from acd.matching.room import Room
from acd.matching.roster import Roster
from acd.matching.states import ON_DUTY, WorkState
from acd.matching.work import Work

_W = WorkState

DEDICATED = "dedicated agent"
"""Why somebody waits for one agent who is his; else it is the last he talked with."""


class Waiting:
    """The timers of waiting work and its ways out of the queue."""

    def __init__(self, room: Room, roster: Roster) -> None:
        self._room = room
        self._roster = roster

    # ── one agent is waited for ──────────────────────────────────────────────────────────────────────────────────

    def bind(self, work: Work) -> None:
        """Let it wait for its dedicated or its last agent, when he is there."""
        item, queue = work.item, work.queue
        last = item.last_agent or self._room.callers.last_agent(item.caller, self._room.clock.now())
        for number, seconds, why in (
            (item.dedicated_agent, queue.settings.dedicated, DEDICATED),
            (last, queue.settings.last_agent, "last agent"),
        ):
            if not number or not seconds:
                continue
            agent = self._room.agents.get(number)
            if agent is None or agent.state not in ON_DUTY:
                continue
            if number == item.dedicated_agent or work.allows(agent.mask, agent.settings.skills):
                work.bound_to, work.bound_why = number, why
                self._room.bound.setdefault(number, {})[item.id] = work
                self._later(work, "bound", seconds, lambda: self.unbind(work, "he is waited for no longer"))
                return

    def unbind(self, work: Work, why: str) -> None:
        """Anybody may take it from now on."""
        if not work.bound_to:
            return
        agent = work.bound_to
        self._move(work, lambda: self.forget_binding(work))
        self._room.say(work, "unbound", agent=agent, why=why)

    def forget_binding(self, work: Work) -> None:
        """Nobody in particular is waited for any longer."""
        if not work.bound_to:
            return
        others = self._room.bound[work.bound_to]
        del others[work.item.id]
        if not others:
            del self._room.bound[work.bound_to]
        work.bound_to = work.bound_why = ""
        work.stop_timers(("bound",))

    def agent_left(self, number: str) -> None:
        """An agent is not on duty any longer: nobody waits for him."""
        for work in list(self._room.bound.get(number, {}).values()):
            self.unbind(work, "he is not there")

    # ── time passes ──────────────────────────────────────────────────────────────────────────────────────────────

    def watch(self, work: Work) -> None:
        """Set the timers for what the wait will bring."""
        now, stages = self._room.clock.now(), work.queue.stages
        work.stop_timers(("stage", "longest"))
        if work.stage + 1 < len(stages):
            self._later(work, "stage", work.since + stages[work.stage + 1].after - now, partial(self._relax, work))
        if rule := work.queue.settings.overflow.longest_wait:
            self._later(work, "longest", work.entered + rule.limit - now, partial(self._check_longest, work))

    def _relax(self, work: Work) -> None:
        now = self._room.clock.now()
        self._room.step_out(work)
        work.stage += 1
        stage, stages = work.asked(), work.queue.stages
        groups = f" of {', '.join(sorted(stage.groups))}" if stage.groups else ""
        why = f"after {stage.after:g} s: {work.need() or 'anyone'}{groups}"
        self._room.say(work, "relaxed", why=why)
        if work.stage + 1 < len(stages):
            ahead = work.since + stages[work.stage + 1].after - now
            self._later(work, "stage", ahead, partial(self._relax, work))
        if work.state in (_W.WAITING, _W.HELD):
            self._room.line_up(work)

    def _check_longest(self, work: Work) -> None:
        # One whose phone rings just now is not taken away; if the agent fails, `again` looks once more.
        if work.state in (_W.WAITING, _W.HELD) and (found := limits.waited_too_long(work, self._room.clock.now())):
            self.overflow(work, found)

    def again(self, work: Work) -> bool:
        """An offer failed: wait at the old place; False when it has waited too long, or alone, and is gone."""
        work.move(_W.WAITING)
        self._room.line_up(work)
        clock = self._room.clock
        found = (
            limits.waited_too_long(work, clock.now())
            or limits.deserted(work)
            or limits.closed(work, self._room.settings, clock.wall())
        )
        return found is None or not self.overflow(work, found)

    def skip(self, work: Work, agent: str, until: float) -> None:
        """Do not offer it, which is not in the index now, to this agent until a second of the clock."""
        work.refused[agent] = until
        seconds = until - self._room.clock.now()
        self._later(work, f"skip {agent}", seconds, lambda: self._move(work, lambda: work.refused.pop(agent)))

    def _move(self, work: Work, change: Callable[[], object]) -> None:
        """Change something by which the work stands in the index."""
        self._room.step_out(work)
        change()
        if work.state in (_W.WAITING, _W.HELD):
            self._room.line_up(work)

    def hold(self, work: Work) -> None:
        """Keep the place of work that nobody speaks for, for a while; its state is HELD already."""
        self._room.line_up(work)
        seconds = self._room.settings.restored_wait
        self._later(work, "held", seconds, lambda: self.leave(work, "left", "did not come back"))

    # ── ways out ─────────────────────────────────────────────────────────────────────────────────────────────────

    def overflow(self, work: Work, found: Overflowing) -> bool:
        """Send it elsewhere; False when it has been there and therefore stays."""
        to, why = found
        if limits.leads_back(to, work):
            return False
        self.send(work, to, why)
        return True

    def send(self, work: Work, to: str, why: str) -> None:
        """End a wait here and send the work elsewhere, such as to `queue:NAME`."""
        owner, now = work.owner, self._room.clock.now()
        if to.startswith("queue:"):
            keeps = work.queue.settings.overflow.keeps
            points = tuple(one for one in work.reasons if one[0] not in OF_THE_QUEUE) if keeps != "nothing" else None
            since = work.since if keeps == "wait_and_points" else now
            moved = Moved(since, (*work.visited, work.queue.name), points, dict(work.refused))
            self._room.callers.moved(work.item.id, moved, now)
        self.leave(work, "overflowed", why, to)
        if owner is not None:
            self._room.steps.say(lambda: owner.overflowed(to, why))

    def leave(
        self, work: Work, event: str, why: str, target: str = "", *, ago: float = 0.0, keeps_place: bool = False
    ) -> None:
        """It waits no longer, since `ago` seconds; what was reserved for it is free. Who calls again soon may find his
        place kept."""
        room, now = self._room, self._room.clock.now()
        reservation = work.reservation
        room.step_out(work)
        work.move(_W.OVER)
        work.stop_timers()
        self.forget_binding(work)
        del room.works[work.item.id], work.queue.works[work.item.id]
        ago = min(ago, max(now - work.entered, 0.0))
        waited = now - ago - work.entered
        room.callers.left(work.item.id, work.since, work.ageing.base, now)
        if keeps_place:
            until = now + work.queue.settings.place_kept
            room.callers.keep_place(work.item.caller, Kept(work.queue.name, work.since, until), now)
        work.queue.estimator.left(waited, gave_up=event == "abandoned")
        room.say(work, event, why=why, target=target, seconds=waited, ago=ago)
        if reservation is not None:
            reservations.cancel(room, self._roster, reservation, why)
        if work.owner is not None and event != "overflowed":
            room.steps.say(work.owner.left)

    def _later(self, work: Work, name: str, seconds: float, callback: Callable[[], None]) -> None:
        work.stop_timers((name,))
        work.timers[name] = self._room.later(seconds, callback)
