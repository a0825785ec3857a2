"""What is an answer, and what it is worth: no database."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cti.base.refusal import Invalid
from workflow.training.rules import OPTIONS

TRUE, FALSE = "对", "错"
_WORDS = {
    **dict.fromkeys(("对", "正确", "是", "√", "T", "TRUE", "Y", "1"), TRUE),
    **dict.fromkeys(("错", "错误", "否", "×", "X", "F", "FALSE", "N", "0"), FALSE),
}
_BETWEEN = re.compile(r"[\s,，、;；.]+")
LONGEST = 4000
PARTLY = 0.5
"""What the right answers of a multiple choice are worth, of which some are missing and none is wrong."""


def letters(text: str) -> str:
    """Letters of options in order, each once: `c, a` is `AC`; what is none stays as it is."""
    said = _BETWEEN.sub("", text.upper())
    return "".join(sorted(set(said)))


def checked(kind: str, answer: str, options: Mapping[str, str]) -> str:
    """The right answer of a question as it is kept. `options` are the filled in ones by letter. Invalid."""
    if kind == "essay":
        return answer
    if kind == "judge":
        found = _WORDS.get(answer.strip().upper())
        if found is None:
            raise Invalid("answer", f"“{answer[:20]}”不是判断题的答案，请填 对 或 错", "answer")
        return found
    said = letters(answer)
    if not said:
        raise Invalid("answer", "请填写正确答案的选项字母，如 A", "answer")
    if unknown := [one for one in said if one not in options]:
        raise Invalid("answer", f"没有选项{'、'.join(unknown)[:20]}", "answer")
    if kind == "single" and len(said) != 1:
        raise Invalid("answer", "单选题只能有一个答案", "answer")
    if kind == "multiple" and len(said) < 2:
        raise Invalid("answer", "多选题至少有两个答案", "answer")
    return said


def filled(options: Mapping[str, str], kind: str) -> dict[str, str]:
    """The options that have a text, by letter; none for kinds without. Invalid when there are gaps or too few."""
    if kind not in ("single", "multiple"):
        return {}
    found = {one: text for one, text in options.items() if text}
    if len(found) < 2:
        raise Invalid("options", "至少填写两个选项", "option_b" if "A" in found else "option_a")
    if (gap := OPTIONS[len(found) - 1]) not in found:
        missing = next(one for one in OPTIONS if one not in found)
        raise Invalid("options", f"选项{missing}为空，选项应从 A 起连续填写到 {gap}", f"option_{missing.lower()}")
    same = [one for one, text in found.items() if list(found.values()).count(text) > 1]
    if same:
        raise Invalid("options", f"选项{'、'.join(same)}的内容相同", f"option_{same[-1].lower()}")
    return found


def given(kind: str, value: str, options: Mapping[str, str]) -> str:
    """What somebody answers as it is kept; empty takes an answer back. Invalid for what the question has not."""
    if not value.strip():
        return ""
    if kind == "essay":
        if len(value) > LONGEST:
            raise Invalid("answer", f"最多 {LONGEST} 字", "answer")
        return value
    return checked("multiple" if kind == "multiple" and len(letters(value)) > 1 else _one(kind), value, options)


def _one(kind: str) -> str:
    return "single" if kind == "multiple" else kind


def worth(kind: str, answer: str, said: str, points: float) -> float | None:
    """The points of an answer; None for an essay that says something: people mark it."""
    if not said:
        return 0.0
    if kind == "essay":
        return None
    if said == answer:
        return points
    if kind == "multiple" and set(said) < set(answer):
        return round(points * PARTLY, 2)
    return 0.0
