"""What is wrong with a piece of the settings, in Chinese and at its field, as the screens tell it."""

from __future__ import annotations

from typing import Any

import pydantic

from acd.editing.items import KINDS, Item
from acd.settings import skills
from acd.settings.schema import AcdSettings
from cti.base.http.problems import invalid
from cti.base.refusal import Invalid

_WORDS = {
    "each step must come after the one before": "各步骤的等待时间应依次增加",
    "hours are written 08:30-17:30, or until 24:00": "时段写作 08:30-17:30，或到 24:00 为止",
    "hours must end after they begin; write two spans for a night": "时段的结束应晚于开始；跨夜请写成两段",
}
_UNKNOWN = {"skill": "技能", "queue": "队列", "group": "班组", "calendar": "日历"}


def of_validation(error: pydantic.ValidationError) -> Invalid:
    """The first complaint of a model, with the field of the piece."""
    found = error.errors(include_url=False)[0]
    cause = found.get("ctx", {}).get("error")
    path = ".".join(str(part) for part in found["loc"] if not str(part).startswith("function-"))
    if isinstance(cause, skills.ExpressionError):
        more = {"position": cause.position}
        return Invalid("bad_need", f"{cause.said}", path or None, more)
    said = _WORDS.get(str(cause)) if cause is not None else None
    plain = invalid(error)
    return Invalid("invalid", said or plain.detail, path or None)


def of_whole(settings: AcdSettings, item: Item) -> Invalid | None:
    """The first thing that names what does not exist, at its field when it stands in this piece."""
    problems = settings.problems()
    if not problems:
        return None
    here = [one for one in problems if tuple(str(step) for step in one[0][: len(item.path)]) == item.path]
    where, message = (here or problems)[0]
    said, more = _said(settings, where, message)
    if here:
        inner = ".".join(str(step) for step in where[len(item.path) :])
        return Invalid("unknown_name", said, inner or None, more)
    kind = KINDS.get(str(where[0]), "未单独设置的座席")
    name = f"“{where[1]}”" if len(where) > 1 and str(where[0]) in KINDS else ""
    return Invalid("in_use", f"{kind}{name}仍在使用：{said}", None, {"where": ".".join(str(step) for step in where)})


def _said(settings: AcdSettings, where: tuple[str | int, ...], message: str) -> tuple[str, dict[str, Any]]:
    if "need" in where:
        queue = settings.queues[str(where[1])]
        text = queue.need if where[-2] != "steps" and where[2] == "need" else queue.steps[int(where[3])].need or ""
        try:
            skills.parse(text).refuse_unknown(settings.skills)
        except skills.ExpressionError as error:
            return error.said, {"position": error.position}
    kind, _, name = message.removeprefix("unknown ").partition(" ")
    return f"没有{_UNKNOWN.get(kind, kind)}“{name.strip(chr(39))}”", {}
