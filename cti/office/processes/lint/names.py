"""Lint of names: steps, permissions, forms, calendars, processes, roles, time limits, values, regions."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cti.base.files.documents import Document, Where
from cti.base.files.findings import Finding, close_to
from cti.office.identity import regions
from cti.office.processes.definition import ClockRule, Process
from cti.office.processes.lint import places
from cti.office.processes.lint.known import Known
from cti.office.processes.scope import NAMES
from cti.office.processes.sentences import say


def hint(name: str, known: Collection[str]) -> str:
    """The known name that is nearest, or all of them when they are few."""
    close = close_to(name, known)
    return close or (say("hint-there", names=", ".join(sorted(known))) if 0 < len(known) <= 20 else "")


def check(process: Process, document: Document, known: Known) -> Iterator[Finding]:
    """All findings about names."""

    def wrong(where: Where, code: str, key: str, name: str, names: Collection[str] | None) -> Iterator[Finding]:
        if names is not None and name not in names:
            yield Finding.at(document, where, say(code, **{key: name}), suggestion=hint(name, names))

    steps = process.steps
    yield from wrong(("start",), "step-unknown", "step", process.start, steps)
    for where, _, _, way in places.ways(process):
        if way.next is not None:
            yield from wrong((*where, "next"), "step-unknown", "step", way.next, steps)
        if way.closes not in ("", "all"):
            yield from wrong((*where, "closes"), "role-unknown", "role", way.closes, process.roles)
    for where, rule in places.who(process):
        place = (*where, "permission")
        if rule.permission:
            yield from wrong(place, "permission-unknown", "permission", rule.permission, known.permissions)
    for where, _, step, name, action in places.actions(process):
        if action.form is not None:
            yield from wrong((*where, "form"), "form-unknown", "form", action.form, known.forms)
        if not (action.who or step.who):
            words = say("who-missing", action=name)
            yield Finding.at(document, where, words, suggestion=say("hint-who"))
    for name, clock in process.clocks.items():
        for key, found in (("during", clock.during), ("pauses", clock.pauses)):
            for index, one in enumerate(found):
                yield from wrong(("clocks", name, key, index), "step-unknown", "step", one, steps)
        yield from wrong(("clocks", name, "calendar"), "calendar-unknown", "calendar", clock.calendar, known.calendars)
        yield from _then(process, document, name, clock)
    for name in process.values:
        if name in NAMES:
            yield Finding.at(document, ("values", name), say("value-reserved", name=name))
    yield from _effects(process, document, known)
    yield from _binding(process, document, known)


def _then(process: Process, document: Document, name: str, clock: ClockRule) -> Iterator[Finding]:
    """What the house does when a time limit is over must be an action of a step at which it runs, and the house's."""
    if clock.then is None:
        return
    where: Where = ("clocks", name, "then")
    if clock.then not in process.action_names:
        words = say("action-unknown", action=clock.then)
        yield Finding.at(document, where, words, suggestion=hint(clock.then, process.action_names))
        return
    steps = [process.steps[one] for one in clock.during if one in process.steps]
    there = [(step, step.actions[clock.then]) for step in steps if clock.then in step.actions]
    if not there:
        yield Finding.at(document, where, say("then-never", action=clock.then))
    elif not any(rule.of == "house" for step, action in there for rule in action.who or step.who):
        words = say("then-nobody", action=clock.then)
        yield Finding.at(document, where, words, suggestion=say("hint-house"))


def _effects(process: Process, document: Document, known: Known) -> Iterator[Finding]:
    for where, name, _ in places.sets(process):
        if name not in process.values:
            words = say("value-unknown", name=name)
            yield Finding.at(document, where, words, suggestion=hint(name, process.values))
    for where, _, _, effects in places.effects(process):
        for name in effects.clocks:
            if name not in process.clocks:
                words = say("clock-unknown", clock=name)
                yield Finding.at(document, (*where, "clocks", name), words, suggestion=hint(name, process.clocks))
        for index, reopen in enumerate(effects.reopens):
            if reopen.role not in process.roles:
                words, place = say("role-unknown", role=reopen.role), (*where, "reopens", index, "role")
                yield Finding.at(document, place, words, suggestion=hint(reopen.role, process.roles))
            parts = begun_as(process, known, reopen.role)
            if parts and all(reopen.step not in part.steps for part in parts):
                names = {step for part in parts for step in part.steps}
                place = (*where, "reopens", index, "step")
                words = say("step-unknown", step=reopen.step)
                yield Finding.at(document, place, words, suggestion=hint(reopen.step, names))
            for name in reopen.sets:
                if parts and all(name not in part.values for part in parts):
                    words, place = say("value-unknown", name=name), (*where, "reopens", index, "sets", name)
                    names = {one for part in parts for one in part.values}
                    yield Finding.at(document, place, words, suggestion=hint(name, names))
        for index, begin in enumerate(effects.begins):
            place = (*where, "begins", index)
            found = process if begin.process == process.process else known.processes.get(begin.process)
            if found is None:
                words = say("process-unknown", process=begin.process)
                yield Finding.at(
                    document, (*place, "process"), words, suggestion=hint(begin.process, known.processes.keys())
                )
                continue
            if found.about != process.about:
                words = say("process-about", process=begin.process, other=found.about, about=process.about)
                yield Finding.at(document, (*place, "process"), words)
            for name in begin.sets:
                if name not in found.values:
                    words = say("value-unknown", name=name)
                    yield Finding.at(document, (*place, "sets", name), words, suggestion=hint(name, found.values))


def begun_as(process: Process, known: Known, role: str) -> list[Process]:
    """The processes of the parallel tasks of a role, as far as they are known."""
    begun = {begin.process for _, _, _, one in places.effects(process) for begin in one.begins if begin.role == role}
    found = {**known.processes, process.process: process}
    # Where a county has its own in the place of one, its tasks go by that.
    begun |= {one.process for one in found.values() if one.replaces in begun}
    return [found[name] for name in sorted(begun) if name in found]


def _binding(process: Process, document: Document, known: Known) -> Iterator[Finding]:
    if (process.replaces is None) != (not process.regions):
        yield Finding.at(document, ("replaces" if process.regions == () else "regions",), say("replaces-alone"))
    for index, region in enumerate(process.regions):
        if not regions.exists(region):
            yield Finding.at(document, ("regions", index), say("region-unknown", region=region))
    if process.replaces is None:
        return
    other = known.processes.get(process.replaces)
    if process.replaces == process.process:
        yield Finding.at(document, ("replaces",), say("replaces-itself"))
    elif other is None:
        words, names = say("process-unknown", process=process.replaces), known.processes.keys()
        yield Finding.at(document, ("replaces",), words, suggestion=hint(process.replaces, names))
    elif other.about != process.about:
        words = say("process-about", process=process.replaces, other=other.about, about=process.about)
        yield Finding.at(document, ("replaces",), words)
    for name, one in known.processes.items():
        both = set(one.regions) & set(process.regions)
        if name != process.process and one.replaces == process.replaces and both:
            region = min(both)
            words = say("replaced-twice", other=name, process=process.replaces, region=region)
            yield Finding.at(document, ("regions", process.regions.index(region)), words)
