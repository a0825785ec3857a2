"""A batch of the journal as rows: what both writers put into the database in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cti.base.call import Call
from cti.base.ciphers.cipher import Cipher
from cti.base.events import CallEvent, CallLeftQueue, Event, SatisfactionGiven, TalkEnded
from cti.store.columns import place_of
from cti.store.journal.encoding import encode, encode_event
from cti.store.models import CallRow
from cti.store.recordings.recordings import Recording

CALLS = CallRow.__table__.c
CALL_COLUMNS = (
    "id organisation region switch trunk caller caller_kind caller_index caller_last_four called state arrived_at "
    "answered_at ended_at reason queue agents recordings satisfaction outgoing data"
).split()
_OVERWRITTEN = [name for name in CALL_COLUMNS if name != "id"]

INSERT_EVENT = "INSERT INTO events (sequence, at, type, call, organisation, region, data) VALUES (?, ?, ?, ?, ?, ?, ?)"
UPSERT_CALL = (
    f"INSERT INTO calls ({', '.join(CALL_COLUMNS)}) VALUES ({', '.join('?' * len(CALL_COLUMNS))}) "  # noqa: S608 # fixed names
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _OVERWRITTEN)}"
)
INSERT_NAME = "INSERT INTO call_names (kind, name, call) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
ADD_FIGURES = "UPDATE calls SET wait_seconds = wait_seconds + ?, talk_seconds = talk_seconds + ? WHERE id = ?"
SET_SCORE = "UPDATE calls SET score = ? WHERE id = ?"
RECORDING_COLUMNS = (
    "id call organisation region agent leg path started_at seconds bytes channels state repaired kind detail "
    "key sha256 proof"
).split()
# What others write into a recording's row (detail, channels) stays as they wrote it.
UPSERT_RECORDING = (
    f"INSERT INTO recordings ({', '.join(RECORDING_COLUMNS)}) "  # noqa: S608 # fixed names
    f"VALUES ({', '.join('?' * len(RECORDING_COLUMNS))}) ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(
        f"{name} = excluded.{name}"
        for name in ("path", "seconds", "bytes", "state", "repaired", "key", "sha256", "proof")
    )
)
UPSERT_STATE = (
    "INSERT INTO states (kind, key, data) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET data = excluded.data"
)
DELETE_STATE = "DELETE FROM states WHERE kind = ? AND key = ?"

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CallSnapshot:
    """A call as it was when the batch was taken: it goes on changing while the batch is written."""

    call: Call
    state: str
    reason: str
    answered_at: datetime | None
    ended_at: datetime | None
    queue: str
    satisfaction: str
    agents: tuple[str, ...]
    queues: tuple[str, ...]
    recordings: tuple[str, ...]
    data: bytes

    @classmethod
    def of(cls, call: Call) -> CallSnapshot:
        """Take it. TypeError when `call.progress` holds what JSON cannot."""
        return cls(
            call=call,
            state=call.state.value,
            reason=call.reason.value if call.reason else "",
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            queue=call.queues[-1] if call.queues else "",
            satisfaction=call.satisfaction,
            agents=tuple(call.agents),
            queues=tuple(call.queues),
            recordings=tuple(call.recordings),
            data=encode(call),
        )


@dataclass(slots=True)
class Batch:
    """What is committed together. `states` maps kind and key to JSON, or to None when it is to be forgotten."""

    events: list[Event] = field(default_factory=list)
    calls: list[CallSnapshot] = field(default_factory=list)
    states: dict[tuple[str, str], bytes | None] = field(default_factory=dict)
    recordings: list[Recording] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.events or self.calls or self.states or self.recordings)

    def split(self) -> list[Batch]:
        """Two halves, calls before their events; none when there is only one thing in it."""
        states = list(self.states.items())
        sizes = (len(self.calls), len(self.events), len(states), len(self.recordings))
        left = sum(sizes) // 2
        if left == 0:
            return []
        cuts = []
        for size in sizes:
            cuts.append(min(size, left))
            left -= cuts[-1]
        calls, events, kept, recordings = cuts
        return [
            Batch(self.events[:events], self.calls[:calls], dict(states[:kept]), self.recordings[:recordings]),
            Batch(self.events[events:], self.calls[calls:], dict(states[kept:]), self.recordings[recordings:]),
        ]


@dataclass(slots=True)
class Rows:
    """A batch encoded. `events` lack their sequence; `told` are the events they stand for."""

    told: list[Event] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    statements: list[tuple[str, list[Row]]] = field(default_factory=list)


def encode_batch(batch: Batch, cipher: Cipher, time: Any) -> Rows:
    """Make the rows; `time` turns an aware datetime into what the driver stores.

    TypeError, ValueError or RecursionError when an event cannot be JSON.
    """
    rows = Rows()
    figures: list[Row] = []
    scores: list[Row] = []
    for event in batch.events:
        data = encode_event(event, cipher).decode()
        call = event.call if isinstance(event, CallEvent) else None
        organisation, region = getattr(event, "organisation", ""), getattr(event, "region", "")
        rows.told.append(event)
        rows.events.append((time(event.at), type(event).__name__, call, organisation, region, data))
        if isinstance(event, CallLeftQueue):
            figures.append((event.waited, 0.0, event.call))
        elif isinstance(event, TalkEnded):
            figures.append((0.0, event.seconds, event.call))
        elif isinstance(event, SatisfactionGiven):
            scores.append((event.score, event.call))
    calls = [_call_row(one, cipher, time) for one in batch.calls]
    names = [
        (kind, name, one.call.id)
        for one in batch.calls
        for kind, found in (("agent", one.agents), ("queue", one.queues))
        for name in found
    ]
    states = [(kind, key, data.decode()) for (kind, key), data in batch.states.items() if data is not None]
    forgotten = [key for key, data in batch.states.items() if data is None]
    # The order matters: figures are added to rows that the same batch may have made.
    every: Sequence[tuple[str, list[Row]]] = (
        (UPSERT_CALL, calls),
        (INSERT_NAME, names),
        (ADD_FIGURES, figures),
        (SET_SCORE, scores),
        (UPSERT_STATE, states),
        (DELETE_STATE, list(forgotten)),
        (UPSERT_RECORDING, [_recording_row(one, time) for one in batch.recordings]),
    )
    rows.statements = [(sql, found) for sql, found in every if found]
    return rows


def _call_row(one: CallSnapshot, cipher: Cipher, time: Any) -> Row:
    call, caller = one.call, one.call.caller
    return (
        call.id,
        call.organisation,
        call.region,
        call.switch,
        call.trunk,
        cipher.seal(f"{caller.digits} {caller.raw}", place_of(CALLS.caller, call.id)),
        caller.kind.value,
        cipher.index("number", caller.digits),
        cipher.index_last("number", caller.digits),
        call.called.digits[:40],
        one.state,
        time(call.arrived_at),
        time(one.answered_at) if one.answered_at else None,
        time(one.ended_at) if one.ended_at else None,
        one.reason,
        one.queue,
        encode(one.agents).decode(),
        encode(one.recordings).decode(),
        one.satisfaction,
        call.outgoing,
        cipher.seal(one.data, place_of(CALLS.data, call.id)),
    )


def _recording_row(one: Recording, time: Any) -> Row:
    return (
        one.id,
        one.call,
        one.organisation,
        one.region,
        one.agent,
        one.leg,
        one.path,
        time(one.started_at),
        one.seconds,
        one.bytes,
        one.channels,
        one.state,
        one.repaired,
        one.kind,
        encode(one.detail).decode(),
        one.key,
        one.sha256,
        one.proof,
    )
