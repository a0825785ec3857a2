"""A wall's file with its tiles in another order, of other sizes, some more or fewer; all else stays as it was written.

The file is cut into the lines of each tile, with the comments above them. Lines are moved as they are; only a tile of
which something changes is written anew.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pydantic
from ruamel.yaml import YAML

from cti.base.files import documents
from cti.base.files.parts import Name
from cti.base.refusal import Invalid
from workflow.bigscreen.description import Tile

COLUMNS, ROWS = 12, 12
WIDTH = 4096
"""Lines are not broken anew."""


class Placed(pydantic.BaseModel):
    """A tile in its place in the order; one with a `source` is taken from that wall's file."""

    tile: Name
    wide: int = pydantic.Field(ge=2, le=COLUMNS)
    high: int = pydantic.Field(ge=2, le=ROWS)
    source: Name | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A tile as its file has it: its lines, and the comments above them."""

    about: Mapping[str, Any]
    comments: str
    lines: str


def rows_of(tiles: Sequence[Tile | Placed]) -> int:
    """How many rows they take, each put into the first place behind the one before that has room, as browsers do."""
    taken: set[tuple[int, int]] = set()
    row = column = 0
    for one in tiles:
        while True:
            if column + one.wide > COLUMNS:
                row, column = row + 1, 0
            cells = {(row + down, column + right) for down in range(one.high) for right in range(one.wide)}
            if not cells & taken:
                break
            column += 1
        taken |= cells
        column += one.wide
    return max((down for down, _ in taken), default=-1) + 1


def arranged(name: str, wanted: Sequence[Placed], texts: Mapping[str, str]) -> str:
    """The text of wall `name` with its tiles as wanted; `texts` has the file of each wall. Invalid."""
    text = texts[name]
    before, parts, after = _cut(text)
    own = {str(one.about["tile"]): one for one in parts}
    found, axes = [], []
    for place in wanted:
        if place.source is None:
            part = own.get(place.tile)
        else:
            source = next((one for one in _cut(texts.get(place.source, "tiles: []"))[1]
                           if one.about["tile"] == place.tile), None)  # fmt: skip
            part = source
            if source is not None and (axis := _axis(texts[place.source], source)) is not None:
                axes.append(axis)
        if part is None:
            raise Invalid("no_tile", f"没有“{place.tile}”这一块，请刷新后再试", "tiles")
        found.append((part, place))
    names: set[str] = {place.tile for place in wanted if place.source is None}
    lines = []
    for part, place in found:
        changes: dict[str, Any] = {"wide": place.wide, "high": place.high}
        if place.source is not None:
            changes["tile"] = _free(place.tile, names)
            names.add(changes["tile"])
        lines.append(part.comments + _changed(part, changes))
    return _with_axes(before, axes) + "".join(lines) + after


def _cut(text: str) -> tuple[str, list[_Part], str]:
    """What stands before the tiles, each of them, and what stands behind."""
    document = documents.parse(text, "wall")
    tiles = (document.data or {}).get("tiles") or []
    lines = text.splitlines(keepends=True)
    begins = [document.places["tiles", at][0] - 1 for at in range(len(tiles))]
    if len({*begins}) < len(tiles) or any(not lines[at].lstrip().startswith("- ") for at in begins):
        raise Invalid("not_lines", "这块大屏的文件没有把每一块写在自己的行里（以“- ”开头），请先改文件", "tiles")
    if not begins:
        return text, [], ""
    margin = _margin(lines[begins[0]])
    end = next(
        (at for at in range(begins[-1] + 1, len(lines))
         if lines[at].strip() and _margin(lines[at]) <= margin and not lines[at].lstrip().startswith("#")), len(lines),
    )  # fmt: skip
    # Comments right above a tile are about it, and those above what comes next are about that.
    end = _top(lines, end) if end < len(lines) else end
    tops = [_top(lines, at) for at in begins]
    ends = [*tops[1:], end]
    parts = [
        _Part(about, "".join(lines[top:at]), _ended("".join(lines[at:end])))
        for about, top, at, end in zip(tiles, tops, begins, ends, strict=True)
    ]
    return "".join(lines[: tops[0]]), parts, "".join(lines[end:])


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _ended(lines: str) -> str:
    return lines if lines.endswith("\n") else lines + "\n"


def _top(lines: Sequence[str], at: int) -> int:
    while at and lines[at - 1].lstrip().startswith("#"):
        at -= 1
    return at


def _changed(part: _Part, values: Mapping[str, Any]) -> str:
    if all(part.about.get(key, Tile.model_fields[key].default) == value for key, value in values.items()):
        return part.lines
    yaml = YAML(typ="rt")
    yaml.preserve_quotes, yaml.width = True, WIDTH
    tiles = yaml.load(textwrap.dedent(part.lines))
    for key, value in values.items():
        if tiles[0].get(key, Tile.model_fields[key].default) != value:
            tiles[0][key] = value
    written = io.StringIO()
    yaml.dump(tiles, written)
    return textwrap.indent(written.getvalue(), " " * _margin(part.lines))


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(one for number in range(2, 100) if (one := f"{name[:50]}_{number}") not in taken)


def _axis(text: str, part: _Part) -> dict[str, Any] | None:
    """The axis by which a tile is split in the wall that it is taken from."""
    axes: list[dict[str, Any]] = (documents.parse(text, "wall").data or {}).get("axes") or []
    return next((one for one in axes if one.get("axis") == part.about.get("by")), None)


def _with_axes(before: str, axes: Sequence[Mapping[str, Any]]) -> str:
    """What stands before the tiles, with axes that it lacks. Invalid where one of that name is another thing."""
    data = documents.parse(before, "wall").data or {}
    there = {one["axis"]: one["facts"] for one in data.get("axes") or []}
    for one in axes:
        facts = there.setdefault(str(one["axis"]), one["facts"])
        if facts != one["facts"]:
            raise Invalid("other_axis", f"这块大屏的“{one['title']}”不是同一个维度，不能添加这一块", "tiles")
    new = [one for one in axes if one["axis"] not in {own["axis"] for own in data.get("axes") or []}]
    lines = [f"  - {{axis: {one['axis']}, title: {one['title']}, facts: [{', '.join(one['facts'])}]}}\n"
             for one in {one["axis"]: one for one in new}.values()]  # fmt: skip
    if not lines:
        return before
    head, _, tail = before.rpartition("tiles:")
    return head + ("" if data.get("axes") else "axes:\n") + "".join(lines) + "tiles:" + tail
