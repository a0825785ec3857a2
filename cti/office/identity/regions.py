"""Administrative divisions of China by their codes (GB/T 2260): what there is, and what lies within what.

A code has six digits, two each for province, city and county. Functional zones (开发区, 高新区), which have no code of
their own in the standard, take 71 to 79 in the last two, as in the National Bureau of Statistics' list.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cti.base.refusal import Invalid

ZONES = range(71, 80)


@cache
def titles() -> dict[str, str]:
    """All codes with their names."""
    lines = (Path(__file__).parent / "gb2260.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#"))


def above(code: str) -> tuple[str, ...]:
    """The code itself and those it lies in, the smallest first."""
    return tuple(dict.fromkeys((code, f"{code[:4]}00", f"{code[:2]}0000")))


def exists(code: str) -> bool:
    """Whether it is a division, or a functional zone of one."""
    return code in titles() or (len(code) == 6 and _is_zone(code))


def _is_zone(code: str) -> bool:
    return code[:4] + "00" in titles() and code[2:4] != "00" and code[4:].isdecimal() and int(code[4:]) in ZONES


def title_of(code: str) -> str:
    """The full name, such as 江苏省常州市溧阳市; empty for a code that does not exist."""
    if not exists(code):
        return ""
    known = titles()
    names = [known.get(one, "功能区" if one == code else "") for one in reversed(above(code))]
    return "".join(name for name in names if name not in ("市辖区", "县") and "直辖县级" not in name)


def is_within(inner: str, outer: str) -> bool:
    """Whether one lies in the other or is it."""
    return outer in above(inner)


@cache
def within(code: str) -> frozenset[str]:
    """The code itself and all that can lie in it."""
    inside = {one for one in titles() if is_within(one, code)}
    zones = {f"{one[:4]}{zone}" for one in inside if one.endswith("00") and one[2:4] != "00" for zone in ZONES}
    return frozenset({code, *inside, *(one for one in zones if is_within(one, code))})


def check(code: str, field: str = "region") -> None:
    """Refuse a code that does not exist."""
    if not exists(code):
        raise Invalid("no_region", f"行政区划代码 {code[:12]} 不存在（GB/T 2260）", field)
