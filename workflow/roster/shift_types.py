"""Shift types (排班类型) as files: on which days, in which slots, how many people with what skills.

```yaml
shift: day
title: 全日值班
slots:
  early: {title: 早班, begin: "08:00", end: "16:00", breaks: ["11:30-12:00"], need: {workday: 6, weekend: 4}}
  night: {title: 夜班, begin: "22:00", end: "08:00", breaks: ["02:00-03:00"], need: {workday: 2, holiday: 2}}
tests:
  - {name: 国庆, day: 2026-10-01, need: {early: 0, night: 2}}
```

With `forecast` the people needed come from the calls that a queue had, by half hours; `need` is then the least.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import pydantic

from cti.base.files.documents import Document
from cti.base.files.faults import FAULTS
from cti.base.files.findings import Finding
from cti.base.files.parts import NAME, DigitText, Part
from cti.base.files.sentences import Sentence, Sentences
from cti.base.times.calendars import Calendars
from cti.office.workshop.definitions import Definition, Definitions, FileTest, Head
from cti.office.workshop.sentences import WORKSHOP
from workflow.roster.limits import DAY, Limits, hours, is_night

FILES = "shift_types"
"""The folder of the state directory, and of this plugin."""
LONG = 6 * 60
"""Minutes of work after which somebody needs a break."""
Time = Annotated[str, pydantic.Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Break = Annotated[str, pydantic.Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")]
Heads = Annotated[int, pydantic.Field(ge=0, le=500)]
SlotName = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
DayKind = Literal["workday", "sat", "sun", "weekend", "holiday"]
DAY_KINDS: Mapping[str, str] = {"workday": "工作日", "sat": "周六", "sun": "周日", "holiday": "节假日"}

SHIFTS: dict[str, Sentence] = {
    "shift-long": Sentence(
        "{hours} hours of work in one shift, at most {most}", "一班工作 {hours} 小时，最多 {most} 小时",
        "a shift too long",
    ),
    "shift-empty": Sentence("begins when it ends", "开始和结束是同一时间", "a shift without an end of its own"),
    "shift-break-outside": Sentence(
        "the break {pause} is not within the shift", "休息 {pause} 不在班次之内", "a break outside its shift"
    ),
    "shift-breaks-overlap": Sentence("two breaks overlap", "两段休息重叠", "breaks that overlap"),
    "shift-no-break": Sentence(
        "works {hours} hours without a break", "连续工作 {hours} 小时，没有安排休息", "a long shift without a break"
    ),
    "shift-nobody": Sentence("nobody is needed on any day", "哪一天都不需要人", "a slot that needs nobody"),
    "shift-untested": Sentence(
        "has no tests: nobody sees when its days go wrong", "没有自带测试，改错了看不出来", "a shift type without tests"
    ),
    "shift-slot-unknown": Sentence("the test names no slot {slot}", "测试里没有班次 {slot}", ""),
    "shift-need-other": Sentence("{slot} needs {found}", "{slot} 需要 {found} 人", ""),
}  # fmt: skip
say = Sentences({**FAULTS, **WORKSHOP, **SHIFTS})


class ForecastPart(Part):
    """Need from the calls of a queue in the weeks before: answered to `level` percent within `within` seconds."""

    queue: Annotated[str, pydantic.Field(pattern=NAME)]
    weeks: Annotated[int, pydantic.Field(ge=1, le=26)] = 4
    level: Annotated[float, pydantic.Field(gt=0, lt=100)] = 80
    within: Annotated[float, pydantic.Field(ge=1, le=600)] = 15
    talk: Annotated[float, pydantic.Field(ge=10, le=3600)] = 150
    wrapup: Annotated[float, pydantic.Field(ge=0, le=3600)] = 20
    shrinkage: Annotated[float, pydantic.Field(ge=0, le=80)] = 10


class SlotPart(Part):
    """A slot of the day; one that ends at or before its beginning goes past midnight.

    `skills` are those that each must have who works it; with `people` (agent numbers) only these do.
    """

    title: str = pydantic.Field(min_length=1, max_length=20)
    begin: Time
    end: Time
    breaks: tuple[Break, ...] = pydantic.Field(default=(), max_length=4)
    need: dict[DayKind, Heads] = pydantic.Field(default={})
    skills: tuple[Annotated[str, pydantic.Field(max_length=40)], ...] = ()
    people: tuple[DigitText, ...] = pydantic.Field(default=(), max_length=500)

    @property
    def span(self) -> tuple[int, int]:
        """From when until when, in minutes of its day; past 1440 on the next."""
        first, last = minutes_of(self.begin), minutes_of(self.end)
        return first, last if last > first else last + DAY

    @property
    def pauses(self) -> list[tuple[int, int]]:
        """The breaks in minutes of its day."""
        return sorted(_pause(self.span[0], one) for one in self.breaks)

    @property
    def minutes(self) -> int:
        """Minutes of work, breaks apart."""
        first, last = self.span
        return last - first - sum(end - begin for begin, end in self.pauses)

    @property
    def night(self) -> bool:
        """Whether it is a night shift."""
        return is_night(*self.span)

    def needed(self, kind: str) -> int:
        """How many people on such a day; Saturday and Sunday are the weekend unless they are named."""
        if kind in ("sat", "sun") and kind not in self.need:
            kind = "weekend"
        return self.need.get(kind, 0)  # type: ignore[call-overload, no-any-return] # keys are those of DayKind


class ShiftTest(FileTest):
    """How many people the slots need on a day."""

    day: date
    need: dict[SlotName, Heads] = pydantic.Field(min_length=1)


class ShiftType(Head):
    """A shift type's file."""

    WORD: ClassVar[str] = "shift"

    shift: str = pydantic.Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")
    title: str = pydantic.Field(min_length=1, max_length=40)
    slots: dict[SlotName, SlotPart] = pydantic.Field(min_length=1, max_length=12)
    forecast: ForecastPart | None = None
    tests: tuple[ShiftTest, ...] = ()

    @property
    def compared(self) -> dict[str, object]:
        """The slots, by which two revisions are compared."""
        return dict(self.slots)


ShiftTypeFile = Definition[ShiftType]


class ShiftTypes(Definitions[ShiftType]):
    """The shift types that were published, with their revisions."""

    model = ShiftType
    kind: ClassVar[str] = "shift"
    schema_name: ClassVar[str] = "shift.schema.json"

    def __init__(self, folder: Path | None, calendars: Calendars, limits: Limits, shipped: Path | None = None) -> None:
        self.calendars, self.limits = calendars, limits
        super().__init__(folder, shipped=[shipped] if shipped is not None else [])

    def pauses(self, slot: str) -> list[tuple[int, int]]:
        """The breaks of a slot (`day.early`) as published now, in minutes of its day; none of an unknown one."""
        name, _, own = slot.partition(".")
        head = self.files[name].head if name in self.files else None
        return head.slots[own].pauses if head is not None and own in head.slots else []

    def lint(self, head: ShiftType, document: Document) -> Iterator[Finding]:
        """See `Definitions.lint`."""
        for name, slot in head.slots.items():
            yield from self._slot(head, slot, document, ("slots", name))
        for index, test in enumerate(head.tests):
            for name in test.need:
                if name not in head.slots:
                    where = ("tests", index, "need", name)
                    yield Finding.at(document, where, say("shift-slot-unknown", slot=name))
        if not head.tests:
            yield Finding.at(document, ("shift",), say("shift-untested"), severity="warning")

    def _slot(self, head: ShiftType, slot: SlotPart, document: Document, where: tuple[str, ...]) -> Iterator[Finding]:
        first, last = slot.span
        if slot.begin == slot.end:
            yield Finding.at(document, (*where, "end"), say("shift-empty"))
            return
        pauses = slot.pauses
        for text in slot.breaks:
            begin, end = _pause(first, text)
            if begin < first or end > last:
                yield Finding.at(document, (*where, "breaks"), say("shift-break-outside", pause=text))
        if any(one[1] > other[0] for one, other in pairwise(pauses)):
            yield Finding.at(document, (*where, "breaks"), say("shift-breaks-overlap"))
        if slot.minutes > self.limits.day_hours * 60:
            words = say("shift-long", hours=hours(slot.minutes), most=f"{self.limits.day_hours:g}")
            yield Finding.at(document, where, words)
        if not slot.breaks and last - first > LONG:
            words = say("shift-no-break", hours=hours(last - first))
            yield Finding.at(document, where, words, severity="warning")
        if not any(slot.need.values()) and head.forecast is None:
            yield Finding.at(document, where, say("shift-nobody"), severity="warning")

    def failures(self, head: ShiftType, index: int) -> Iterator[str]:
        """Ask the calendars what the test's day is."""
        test = head.tests[index]
        kind = kind_of(self.calendars, test.day)
        for name, heads in test.need.items():
            if name in head.slots and (found := head.slots[name].needed(kind)) != heads:
                yield say("shift-need-other", slot=name, found=found)


def _pause(first: int, text: str) -> tuple[int, int]:
    begin, end = (minutes_of(part) for part in text.split("-"))
    begin += DAY if begin < first else 0
    return begin, end if end > begin else end + DAY * ((begin - end) // DAY + 1)


def minutes_of(text: str) -> int:
    """Minutes of the day: `08:30`."""
    return int(text[:2]) * 60 + int(text[3:])


def kind_of(calendars: Calendars, day: date) -> str:
    """What a day is in the house's calendar: workday (make-up days too), sat, sun or holiday."""
    if calendars.holiday(day):
        return "holiday"
    if calendars.is_workday(day):
        return "workday"
    return "sat" if day.isoweekday() == 6 else "sun"
