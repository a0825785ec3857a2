"""The bench's result as text."""

from __future__ import annotations

from collections.abc import Sequence

from bench.callpath_lib.load import Load, Waiting

AIM_ENGINE, AIM_DELAY_MS, AIM_WAITING = 0.25, 8.0, 0.02
MEGABYTE = 1024 * 1024


def _number(value: float | None, digits: int = 1) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def rows(cells: Sequence[Sequence[str]]) -> str:
    """Columns as wide as needed; the first is text, the others numbers."""
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )


def of_loads(loads: Sequence[Load]) -> str:
    """One line a load."""
    head = ["", *"calls/s calls failed switch engine broker children p50 p99 load".split()]
    lines = [
        [
            load.system,
            f"{load.rate:g}",
            str(load.calls),
            str(load.failed),
            _number(load.milliseconds.get("switch")),
            _number(load.milliseconds.get("engine"), 2),
            _number(load.milliseconds.get("broker"), 2),
            _number(load.children, 2),
            _number(load.delay(0.5)),
            _number(load.delay(0.99)),
            _number(load.busy),
        ]
        for load in loads
    ]
    text = rows([head, *lines])
    whys = [f"{load.system} at {load.rate:g}/s: {load.failed} failed ({load.why})" for load in loads if load.failed]
    return "\n".join([text, *whys])


def of_waiting(found: Sequence[Waiting]) -> str:
    """One line a system."""
    names = "callers|lost|switch %|engine %|broker %|switch MB|engine MB|empty|load"
    head = ["", *names.split("|")]
    lines = [
        [
            one.system,
            str(one.callers),
            str(one.lost),
            _number(one.cores["switch"] * 100),
            _number(one.cores["engine"] * 100, 2) if "engine" in one.cores else "-",
            _number(one.cores["broker"] * 100, 2) if "broker" in one.cores else "-",
            _number(one.memory["switch"] / MEGABYTE, 0),
            _number(one.memory["engine"] / MEGABYTE, 0) if "engine" in one.memory else "-",
            _number(one.before["engine"] / MEGABYTE, 0) if "engine" in one.before else "-",
            _number(one.busy),
        ]
        for one in found
    ]
    return rows([head, *lines])


def sustained(loads: Sequence[Load]) -> float:
    """The highest rate up to which none failed."""
    best = 0.0
    for load in sorted(loads, key=lambda one: one.rate):
        if load.failed:
            break
        best = load.rate
    return best


def aims(native: Sequence[Load], engine: Sequence[Load], half: Load | None, waiting: Sequence[Waiting]) -> str:
    """What was wanted, what was found."""
    lines: list[tuple[str, str, bool]] = []
    if native and engine:
        found, wanted = sustained(engine), sustained(native)
        lines.append((f"calls/s with none failed: {found:g}, native {wanted:g}", "at least as much", found >= wanted))
    if half is not None and half.failed:
        lines.append((f"calls failed at half load: {half.failed} of {half.calls}", "none", False))
    elif half is not None:
        cost, delay = half.milliseconds["engine"], half.delay(0.99)
        share = cost / half.milliseconds["switch"]
        what = f"engine's CPU a call at half load: {cost:.2f} ms, {share:.2f} of its switch's"
        lines.append((what, f"at most {AIM_ENGINE:g}", share <= AIM_ENGINE))
        if delay is not None:
            wish = f"under {AIM_DELAY_MS:g} ms"
            lines.append((f"caller and agent to INVITE, p99 at half load: {delay:.1f} ms", wish, delay < AIM_DELAY_MS))
    by_name = {one.system: one for one in waiting}
    if "engine" in by_name:
        cores = by_name["engine"].cores["engine"]
        what = f"engine with {by_name['engine'].callers} callers waiting: {cores * 100:.2f} % of a core"
        lines.append((what, f"under {AIM_WAITING * 100:g} %", cores < AIM_WAITING))
    if {"engine", "native"} <= by_name.keys():
        own, other = (by_name[name].cores["switch"] * 100 for name in ("engine", "native"))
        lines.append((f"its switch: {own:.0f} %, native {other:.0f} %", "not above", own <= other))
    return "\n".join(f"{'reached' if good else 'MISSED '}  {what}  (aim: {wish})" for what, wish, good in lines)
