"""Compares the books of a run call by call; every difference is named.

What two sides may see differently without either being wrong, because it happened at the same moment: a caller hangs
up while an agent picks up, both hang up. Such is allowed within `Limits.race` seconds, and nothing else is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bench.acd_proof_lib.books import Books, Heard, Told
from cti.base.events import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    OfferFailed,
    TalkEnded,
    TalkStarted,
)
from cti.telephony.switch.port import SwitchRecord

ENDS: dict[str, frozenset[str]] = {
    "leaves": frozenset({"caller_hung_up", "abandoned"}),
    "released": frozenset({"completed"}),
    "cancelled": frozenset({"caller_hung_up", "abandoned"}),
}
"""How a caller's call ended, and what the engine may call it."""

OUTCOMES: dict[str, frozenset[str]] = {
    "declines": frozenset({"rejected"}),
    "busy": frozenset({"busy"}),
    "silent": frozenset({"unreachable"}),
    "cancelled": frozenset({"no_answer"}),
}
"""What an agent's phone did, and what the engine may say; and it may have called any offer off (`cancelled`)."""

CALLED_OFF = frozenset({"cancelled", "expired", "none"})
NO_PHONE = frozenset({"unreachable", *CALLED_OFF})
"""Outcomes of offers of which a phone need not know."""


LONGEST_RING = 40.0
"""An agent whose phone rang when the engine died may answer the next one so many seconds later."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds by which times may differ, and how close two things are that happened at the same moment."""

    times: float = 3.0
    race: float = 2.0


@dataclass(frozen=True, slots=True)
class Outage:
    """When no engine was there (seconds of the epoch); both 0 when it was never killed."""

    killed: float = 0.0
    back: float = 0.0

    def touches(self, begun: float, over: float, margin: float) -> bool:
        """Whether something that lasted from `begun` to `over` had to do with it."""
        return begun <= self.back + margin and over >= self.killed - margin


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as the engine had it. `outcome`: answered, one of `OfferFailed`'s reasons, or none.

    `told`: the engine told that it offered, and not only what came of it.
    """

    call: str
    agent: str
    at: float
    outcome: str
    told: bool = True


def seconds(at: datetime) -> float:
    """Of the epoch."""
    return at.timestamp()


def offers_of(call: Told) -> list[Offer]:
    """The engine's offers of a call, in order; a talk that a dead engine's offer led to is one as well."""
    found: list[Offer] = []
    for event in call.story:
        if isinstance(event, CallOffered):
            found.append(Offer(call.id, event.agent, seconds(event.at), "none"))
            continue
        outcome = event.reason if isinstance(event, OfferFailed) else "answered"
        if not isinstance(event, OfferFailed | TalkStarted):
            continue
        for at in range(len(found) - 1, -1, -1):
            if found[at].agent == event.agent and found[at].outcome == "none":
                found[at] = Offer(call.id, event.agent, found[at].at, outcome)
                break
        else:
            found.append(Offer(call.id, event.agent, seconds(event.at), outcome, told=False))
    return found


class Comparison:
    """One run's books, and what does not agree in them."""

    def __init__(self, books: Books, limits: Limits | None = None, outage: Outage | None = None) -> None:
        self._books = books
        self._limits = limits or Limits()
        self._outage = outage or Outage()
        self._by_number = {call.caller: call for call in books.calls.values()}
        self._callers = {caller.who: caller for caller in books.callers}
        self._records: defaultdict[str, list[SwitchRecord]] = defaultdict(list)
        for record in books.records:
            self._records[record.caller].append(record)

    def differences(self) -> list[str]:
        """All of them, in words."""
        parts = (self._each_call_once, self._calls, self._offers, self._talks, self._phones, self._figures)
        return [difference for part in parts for difference in part()]

    def counts(self) -> dict[str, int]:
        """What was compared."""
        outcomes = Counter(offer.outcome for call in self._books.calls.values() for offer in offers_of(call))
        return {
            "calls of SIPp": len(self._books.callers),
            "calls of the engine": len(self._books.calls),
            "CDRs": len(self._books.records),
            "offers at phones": len(self._books.offers),
            **{f"offers: {name}": count for name, count in sorted(outcomes.items())},
            **{
                f"callers: {name}": count
                for name, count in sorted(Counter((one.over or ("?",))[0] for one in self._books.callers).items())
            },
        }

    # ── each call is in each book, once ──────────────────────────────────────────────────────────────────────────

    def _each_call_once(self) -> Iterator[str]:
        for number, count in Counter(call.caller for call in self._books.calls.values()).items():
            if count > 1:
                yield f"caller {number}: the engine has {count} calls of his one"
        for call in self._books.calls.values():
            if call.caller not in self._callers:
                yield f"call {call.id}: SIPp knows no caller {call.caller}"
            if not self._records.get(call.caller):
                yield f"call {call.id} of {call.caller}: the switch has no record of it"
        for number in self._callers:
            if number not in self._by_number:
                yield f"caller {number}: the engine knows nothing of his call{self._switch_says(number)}"
        for number, records in self._records.items():
            if number not in self._callers:
                yield f"the switch has {len(records)} records of {number}, whom SIPp does not know"

    def _switch_says(self, number: str) -> str:
        records = self._records.get(number)
        return ", nor does the switch" if not records else f"; the switch has {len(records)} records"

    # ── callers: SIPp, engine, switch ────────────────────────────────────────────────────────────────────────────

    def _calls(self) -> Iterator[str]:
        for caller in self._books.callers:
            call = self._by_number.get(caller.who)
            if call is not None:
                for difference in self._call(caller, call, self._records.get(caller.who, [])):
                    yield f"caller {caller.who}, call {call.id}: {difference}"

    def _call(self, caller: Heard, call: Told, records: Sequence[SwitchRecord]) -> Iterator[str]:
        if call.called != caller.whom:
            yield f"he dialled {caller.whom}, the engine has {call.called}"
        answered, ended = call.all(CallAnswered), call.all(CallEnded)
        if len(call.all(CallArrived)) != 1 or len(ended) != 1 or len(answered) > 1:
            yield f"arrived, answered, ended: {len(call.all(CallArrived))}, {len(answered)}, {len(ended)} times"
            return
        if caller.over is None:
            yield f"his telephone does not know how it ended; the engine says {ended[0].reason}"
            return
        how, when = caller.over
        at_once = when - caller.begun <= self._limits.race
        # The switch answers by itself while no engine does.
        by_switch = self._outage.touches(caller.begun, when, self._limits.times)
        if bool(answered) != (caller.answered is not None) and not (at_once or by_switch):
            yield f"answered: SIPp {caller.answered is not None}, engine {bool(answered)}"
        answer_of_switch = [record.answered_at for record in records if record.answered_at is not None]
        if bool(answer_of_switch) != (caller.answered is not None) and not at_once:
            yield f"answered: SIPp {caller.answered is not None}, switch {bool(answer_of_switch)}"
        reason, at = ended[0].reason, call.ended
        same_moment = abs(at - when) <= self._limits.race
        if reason not in ENDS.get(how, frozenset()) and not (same_moment and how in ENDS and reason in _HANGUPS):
            yield f"SIPp: {how}, engine: {reason}"
        if abs(at - when) > self._limits.times:
            yield f"ended {at - when:+.1f} s after SIPp's end by the engine"
        last = max((seconds(one.ended_at) for one in records if one.ended_at is not None), default=0.0)
        if records and abs(last - when) > self._limits.times:
            yield f"ended {last - when:+.1f} s after SIPp's end by the switch"

    # ── offers: engine and agents' phones ────────────────────────────────────────────────────────────────────────

    def _offers(self) -> Iterator[str]:
        at_phones: defaultdict[tuple[str, str], list[Heard]] = defaultdict(list)
        for heard in self._books.offers:
            at_phones[heard.whom, heard.who].append(heard)
        known: defaultdict[tuple[str, str], list[Offer]] = defaultdict(list)
        for call in self._books.calls.values():
            for offer in offers_of(call):
                known[call.id, offer.agent].append(offer)
        for key in sorted({*at_phones, *known}):
            for difference in self._pair(known.get(key, []), at_phones.get(key, [])):
                yield f"call {key[0]}, agent {key[1]}: {difference}"

    def _pair(self, offers: list[Offer], phones: list[Heard]) -> Iterator[str]:
        left = list(phones)
        for offer in offers:
            if not offer.told and not self._outage.touches(offer.at, offer.at, self._limits.times + LONGEST_RING):
                yield f"the engine tells that it came to {offer.outcome}, but not of an offer"
            # His phone may have rung for this call before, by a dead engine's dial: the nearest is meant.
            fitting = [one for one in left if self._fits(offer, one)]
            match = min(fitting, key=lambda one: min(abs(at - offer.at) for at in one.steps.values()), default=None)
            if match is not None:
                left.remove(match)
            elif offer.outcome not in NO_PHONE:
                yield f"the engine says {offer.outcome}, his phone has no such call ({self._told(left)})"
        for phone in left:
            over = phone.over
            begun, ended = phone.begun, over[1] if over else phone.begun
            # The engine died before it had written down that it offered.
            if not self._outage.touches(begun, ended, self._limits.race):
                yield f"his phone: {self._told([phone])}, which the engine does not have"

    def _fits(self, offer: Offer, phone: Heard) -> bool:
        if phone.begun < offer.at - self._limits.times and offer.outcome != "answered":
            return False
        if phone.answered is not None:
            caller = self._callers.get(self._books.calls[offer.call].caller)
            left = caller.over[1] if caller is not None and caller.over is not None else 0.0
            in_vain = offer.outcome in CALLED_OFF and abs(left - phone.answered) <= self._limits.race
            return offer.outcome == "answered" or in_vain
        how = phone.over[0] if phone.over else ""
        allowed = OUTCOMES.get(how, frozenset()) | CALLED_OFF
        if self._outage.touches(phone.begun, phone.begun + self._limits.times, self._limits.times):
            allowed |= {"no_answer", "unreachable", "failed"}
        return offer.outcome in allowed

    @staticmethod
    def _told(phones: Sequence[Heard]) -> str:
        return "; ".join(f"{', '.join(phone.steps)} in SIP call {phone.id}" for phone in phones) or "none at all"

    # ── talks: engine, phones, switch ────────────────────────────────────────────────────────────────────────────

    def _talks(self) -> Iterator[str]:
        phones: defaultdict[tuple[str, str], list[Heard]] = defaultdict(list)
        for heard in self._books.offers:
            if heard.answered is not None:
                phones[heard.whom, heard.who].append(heard)
        for call in self._books.calls.values():
            for difference in self._talks_of(call, phones):
                yield f"call {call.id} of {call.caller}: {difference}"

    def _talks_of(self, call: Told, phones: dict[tuple[str, str], list[Heard]]) -> Iterator[str]:
        begun, ended = call.all(TalkStarted), call.all(TalkEnded)
        if len(begun) != len(ended):
            yield f"{len(begun)} talks began, {len(ended)} ended"
            return
        if len(begun) > 1:
            yield f"{len(begun)} talks of one call: {[one.agent for one in begun]}"
        for first, last in zip(begun, ended, strict=True):
            lines = [one for one in self._records.get(call.caller, []) if one.other.startswith(f"PJSIP/{first.agent}-")]
            if not any(line.disposition == "ANSWERED" for line in lines):
                yield f"the talk with {first.agent} is not in the switch's records"
            phone = next(iter(phones.get((call.id, first.agent), [])), None)
            if phone is None or phone.answered is None:
                continue
            if phone.over is None:
                yield f"the phone of {first.agent} does not know how the talk ended"
                continue
            own = phone.over[1] - phone.answered
            blind = self._outage.touches(phone.answered, phone.over[1], self._limits.times)
            if abs(own - last.seconds) > self._limits.times and not blind:
                yield f"the talk with {first.agent} took {last.seconds:.1f} s, at his phone {own:.1f} s"

    # ── one phone, one call ──────────────────────────────────────────────────────────────────────────────────────

    def _phones(self) -> Iterator[str]:
        by_agent: defaultdict[str, list[Heard]] = defaultdict(list)
        for heard in self._books.offers:
            by_agent[heard.who].append(heard)
        for agent, own in sorted(by_agent.items()):
            talks = [(one.answered, one.over[1], one) for one in own if one.answered is not None and one.over]
            for begun, over, talk in talks:
                inside = [one for one in own if one is not talk and begun < one.begun < over - self._limits.race]
                for other in inside:
                    yield f"agent {agent} is offered call {other.whom} while he talks in call {talk.whom}"

    # ── the engine's own counts ──────────────────────────────────────────────────────────────────────────────────

    def _figures(self) -> Iterator[str]:
        told: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for call in self._books.calls.values():
            for event in call.story:
                if isinstance(event, CallQueued):
                    told[event.queue]["entered"] += 1
                elif isinstance(event, CallLeftQueue):
                    reason = event.reason if event.reason in ("answered", "abandoned", "overflowed") else "left"
                    told[event.queue][reason] += 1
        for queue in sorted({*told, *self._books.figures}):
            figures, counted = self._books.figures.get(queue, {}), told[queue]
            given_up = figures.get("abandoned", 0) + figures.get("short_abandoned", 0)
            for name, value in (
                ("entered", figures.get("entered", 0)),
                ("answered", figures.get("answered", 0)),
                ("abandoned", given_up),
                ("overflowed", figures.get("overflowed", 0)),
                ("left", figures.get("left", 0)),
            ):
                if value != counted[name]:
                    yield f"queue {queue}: the statistics count {value:g} {name}, the journal {counted[name]}"
            if counted["entered"] != sum(counted.values()) - counted["entered"]:
                yield f"queue {queue}: {counted['entered']} entered, but {dict(counted)}"


_HANGUPS = frozenset({"caller_hung_up", "abandoned", "completed"})
