"""Playing a process: scripted people act on virtual time, by the real engine and the real forms; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from cti.base.expressions import ExpressionError
from cti.base.files.sentences import in_chinese
from cti.base.times.business_time import ZONE
from cti.base.times.working_time import NeverOpen
from cti.office.deadlines.limits import Limit, Unit
from cti.office.processes.case import (
    HOUSE,
    ActionTaken,
    Actor,
    Case,
    CaseEnded,
    CaseEvent,
    CaseOpened,
    CaseReopened,
    StepEntered,
)
from cti.office.processes.deadlines import Standing, standing
from cti.office.processes.definition import ClockRule, Process
from cti.office.processes.engine import Change, Engine, Offer
from cti.office.processes.play_report import CaseNow, ClockNow, Line, OfferNow, Report
from cti.office.processes.refused import Refused
from cti.office.processes.sentences import say
from cti.office.processes.stage import Around, StageHouse
from cti.office.processes.trials import CITIZEN_PLAYER, HOUSE_PLAYER, Cast, ClockState, Move, Trial
from cti.office.processes.watching import Marks

MOST_MOVES = 500


class Play:
    """A trial under way."""

    def __init__(self, process: str, cast: Cast, trial: Trial, around: Around) -> None:
        self._process, self._cast, self._trial, self._around = process, cast, trial, around
        self._region = trial.region or around.region
        self._house = StageHouse(around, cast, self._region)
        self._engine = Engine(self._house)
        self._now = datetime.fromisoformat(trial.at).replace(tzinfo=ZONE)
        self._record: dict[str, Any] = dict(trial.record)
        self._family: dict[str, Case] = {}
        self._root = ""
        self._fired: set[tuple[str, str, datetime]] = set()
        self.report = Report()

    def run(self) -> Report:
        """Open the case, make all moves, tell what is now."""
        if self._open():
            for number, move in enumerate(self._trial.moves[:MOST_MOVES], 1):
                try:
                    self._move(number, move)
                except (ExpressionError, NeverOpen) as error:
                    words = error.message if isinstance(error, ExpressionError) else str(error)
                    self.report.failures.append(say("trial-broken", move=number, words=words))
                    break
        self._tell_now()
        return self.report

    # ── what is done ──

    def _open(self) -> bool:
        who = self._trial.opens or next(iter(self._cast.people), "")
        if who not in self._cast.people:
            self.report.failures.append(say("trial-opens", words=say("person-unknown", person=who)))
            return False
        actor = self._house.actor(who)
        try:
            change = self._engine.open(
                self._process, self._record, actor, self._now,
                organisation=actor.organisation, region=self._region, values=self._trial.values,
            )  # fmt: skip
        except (Refused, ExpressionError, KeyError) as error:
            words = error.says if isinstance(error, Refused) else str(error)
            self.report.failures.append(say("trial-opens", words=words))
            return False
        self._root = next(iter(change.cases))
        self._take(change)
        return True

    def _move(self, number: int, move: Move) -> None:
        if move.wait is not None:
            self._wait(move.wait)
        if move.until is not None:
            self._pass(datetime.fromisoformat(move.until).replace(tzinfo=ZONE))
            self._line("wait", "", f"到 {move.until}")
        self._record |= move.record
        case = self._task(move.task)
        if case is None:
            self.report.failures.append(say("trial-task", move=number, holder=move.task))
            return
        if move.does is not None:
            self._act(number, move, case)
        self._expect(number, move, self._family[case.id])

    def _wait(self, wait: str) -> None:
        amount, unit = wait.split()
        limit = Limit(int(amount), Unit(unit)) if int(amount) else None
        if limit is not None:
            time = self._around.working_time("office", self._region, "")
            is_days = limit.unit is Unit.DAYS
            self._pass(self._now + timedelta(days=limit.amount) if is_days else limit.after(self._now, time))
            self._line("wait", "", f"过了{limit}")

    def _pass(self, until: datetime) -> None:
        """Let time pass; the house does what is to be done when a time limit is over."""
        for _ in range(MOST_MOVES):
            due = [one for one in self._overdue() if one[0] <= until]
            if not due:
                break
            at, case, action, key = min(due)
            self._fired.add(key)
            self._now = max(self._now, at)
            try:
                self._take(self._engine.act(self._family, case, HOUSE, action, {}, self._record, self._now))
            except Refused as refused:
                self._line("refused", "", f"{self._title(self._family[case], action)}：{refused.says}")
        self._now = max(self._now, until.astimezone(ZONE))

    def _overdue(self) -> Iterator[tuple[datetime, str, str, tuple[str, str, datetime]]]:
        """When a running limit falls due after which the house acts, with the case, the action and a key."""
        for case in self._family.values():
            process = self._house.revision(case.process, case.revision)
            for name, rule in process.clocks.items():
                if rule.then is None or not case.clocks.get(name) or rule.then not in process.steps[case.step].actions:
                    continue
                deadline = self._standing(rule, case, name).deadline
                key = (case.id, name, deadline.due)
                if deadline.runs and key not in self._fired:
                    yield deadline.due.astimezone(ZONE), case.id, rule.then, key

    def _standing(self, rule: ClockRule, case: Case, clock: str) -> Standing:
        time = self._house.working_time(rule.calendar, case.region, case.organisation)
        return standing(case.clocks[clock], Marks(rule.warns), time)

    def _is_there(self, name: str) -> bool:
        return name in (HOUSE_PLAYER, CITIZEN_PLAYER) or name in self._cast.people

    def _act(self, number: int, move: Move, case: Case) -> None:
        action, words = str(move.does), ""
        if not self._is_there(move.who):
            self.report.failures.append(say("trial-broken", move=number, words=say("person-unknown", person=move.who)))
            return
        actor = self._house.actor(move.who)
        try:
            form = self._filled_in(case, action, move.form, actor)
            change = self._engine.act(self._family, case.id, actor, action, form, self._record, self._now)
        except Refused as refused:
            words = refused.says
            self._line("refused", move.who, f"{self._title(case, action)}：{words}")
        else:
            self._take(change)
        if words and move.refused is None:
            text = say("trial-refused", move=number, who=move.who, action=action, words=words)
            self.report.failures.append(text)
        elif not words and move.refused is not None:
            self.report.failures.append(say("trial-done", move=number, who=move.who, action=action))
        elif move.refused is not None and move.refused not in words:
            self.report.failures.append(say("trial-words", move=number, words=words, wanted=move.refused))

    def _filled_in(self, case: Case, action: str, given: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        found = self._house.revision(case.process, case.revision).steps[case.step].actions.get(action)
        if found is None or found.form is None:
            return given
        checked = self._around.check_form(found.form, given, form_facts(self._record, actor, self._now))
        if checked.errors:
            raise Refused("form", checked.words)
        return checked.values

    def _take(self, change: Change) -> None:
        self._family |= change.cases
        for event in change.events:
            self._tell(event)

    def _task(self, holder: str) -> Case | None:
        if not holder:
            return self._family[self._root]
        found = [one for one in self._family.values() if one.parent and one.holder == holder]
        return next((one for one in found if not one.is_over), found[-1] if found else None)

    # ── what is expected ──

    def _expect(self, number: int, move: Move, case: Case) -> None:
        wanted: dict[str, tuple[Any, Any]] = {}
        for key in ("step", "outcome", "holder", "person"):
            if (value := getattr(move, key)) is not None:
                wanted[key] = (getattr(case, key), value)
        wanted |= {f"values.{name}": (case.values.get(name), value) for name, value in move.values.items()}
        clocks = {one.name: one.state for one in self._clocks(case)}
        wanted |= {f"clocks.{name}": (clocks.get(name, "none"), state) for name, state in move.clocks.items()}
        if move.offers is not None and self._is_there(move.who):
            offers = self._engine.offers(self._family, case.id, self._house.actor(move.who), self._record, self._now)
            wanted["offers"] = ([one.action for one in offers if not one.refused], list(move.offers))
        for name, (found, value) in wanted.items():
            if found != value:
                is_now = ", ".join(found) if name == "offers" else repr(found) if found in ("", None) else found
                should = ", ".join(value) if name == "offers" else value
                self.report.failures.append(say("trial-is", move=number, name=name, found=is_now, wanted=should))

    # ── what is told ──

    def _line(self, what: str, who: str, text: str) -> None:
        self.report.lines.append(Line(_moment(self._now), what, who, text))

    def _tell(self, event: CaseEvent) -> None:
        case = self._family[event.case]
        process = self._house.revision(case.process, case.revision)
        holder = f"（{case.holder}）" if case.parent else ""
        match event:
            case CaseOpened():
                self._line("opened", event.by.name, f"{process.title}{holder}开始")
            case ActionTaken():
                self._line("acts", event.by.name, f"{process.steps[event.step].actions[event.action].title}{holder}")
            case StepEntered():
                self._line("enters", "", f"{process.steps[event.step].title}{holder}")
                self.report.steps.append(event.step if not case.parent else f"{case.process}.{event.step}")
            case CaseReopened():
                self._line("reopened", "", f"{process.title}{holder}重新办理")
            case CaseEnded():
                self._line("ended", "", f"{process.title}{holder}办结：{event.outcome}")
            case _:
                return

    def _title(self, case: Case, action: str) -> str:
        found = self._house.revision(case.process, case.revision).steps[case.step].actions.get(action)
        return found.title if found is not None else action

    def _tell_now(self) -> None:
        report = self.report
        report.now = _moment(self._now)
        for case in self._family.values():
            process = self._house.revision(case.process, case.revision)
            step = process.steps[case.step]
            report.cases.append(
                CaseNow(
                    case.id,
                    case.process,
                    case.role,
                    case.step,
                    step.title,
                    step.public,
                    case.holder,
                    case.person,
                    case.outcome,
                    dict(case.values),
                    self._clocks(case),
                )
            )
            for name in self._cast.people:
                report.offers += [self._offer(name, case, one) for one in self._offers(case, name)]

    def _offers(self, case: Case, name: str) -> tuple[Offer, ...]:
        try:
            return self._engine.offers(self._family, case.id, self._house.actor(name), self._record, self._now)
        except ExpressionError as error:
            self._line("refused", name, in_chinese(error.message))
            return ()

    @staticmethod
    def _offer(name: str, case: Case, offer: Offer) -> OfferNow:
        task = case.holder if case.parent else ""
        return OfferNow(name, case.id, task, offer.action, offer.title, offer.form, offer.refused)

    def _clocks(self, case: Case) -> list[ClockNow]:
        process = self._house.revision(case.process, case.revision)
        found = []
        for name, rule in process.clocks.items():
            if not case.clocks.get(name):
                found.append(ClockNow(name, rule.title, "none", ""))
                continue
            at = self._standing(rule, case, name)
            deadline = at.deadline
            state: ClockState = "running"
            if deadline.stopped_at is not None:
                state = "ended"
            elif deadline.is_overdue(self._now):
                state = "missed"
            elif not deadline.runs:
                state = "paused"
            elif at.warn_at is not None and at.warn_at <= self._now:
                state = "near"
            found.append(ClockNow(name, rule.title, state, _moment(deadline.due)))
        return found


def form_facts(record: Mapping[str, Any], actor: Actor, now: datetime) -> dict[str, Any]:
    """What a form's conditions read beside its own fields."""
    local = now.astimezone(ZONE)
    return {
        "record": dict(record),
        "actor": {
            "id": actor.id, "name": actor.name, "organisation": actor.organisation, "region": actor.region,
        },
        "time": {
            "now": local.replace(tzinfo=None).isoformat(timespec="seconds"), "date": local.date().isoformat(),
        },
    }  # fmt: skip


def play(process: Process, trial: Trial, around: Around) -> Report:
    """Play one trial of a process. In its own cast's names."""
    return Play(process.process, process.cast, trial, around).run()


def _moment(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
