"""Every action that stands in the audit has Chinese words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.editing.items import KINDS as ACD_KINDS
from cti.office.identity.audit.words import KINDS, VERBS, subject_of, title_of, value_of
from cti.telephony.supervise import Mode

ROOT = Path(__file__).resolve().parents[5]
ROOMS = ("cti", "acd", "ivr", "recorder", "softphone", "workflow")
WRITERS = {"write", "look", "audit", "_note", "_noted", "_audit"}
ACTION = re.compile(r"[a-z_]+(\.[a-z_]+)+")
CHINESE = re.compile(r"[一-鿿]")


def written() -> Iterator[tuple[str, str]]:
    """Each action that a call in the sources names, and where: constants among the arguments of what writes."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                if node.func.attr not in WRITERS:
                    continue
                for one in node.args:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and ACTION.fullmatch(one.value):
                        yield one.value, f"{path.relative_to(ROOT)}:{node.lineno}"


FOUND = dict(written())
MADE = {
    **{f"supervision.{mode.value}": "supervision" for mode in Mode},
    **{f"supervision.state.{state}": "supervision" for state in ("ready", "break", "signed_out")},
    **{f"acd.{verb}": "acd/editing/service.py" for verb in ("added", "changed", "removed")},
    **{f"organisation.{verb}": "organisations" for verb in ("closed", "opened")},
    **{f"person.{verb}": "people" for verb in ("enabled", "disabled")},
    **{
        f"{kind}.{verb}": "office/workshop/service.py"
        for kind in ("flow", "process", "form")
        for verb in ("draft", "draft_dropped", "publish", "roll_back")
    },
    **{f"case.{verb}": "office/processes/service.py" for verb in ("opened", "taken", "edited", "revision")},
    "process.move_cases": "office/processes/desk.py",
}
"""Those whose names are put together."""


def test_the_sources_are_found() -> None:
    assert len(FOUND) > 25 and "person.added" in FOUND and ACD_KINDS


@pytest.mark.parametrize(("action", "place"), sorted({**MADE, **FOUND}.items()))
def test_an_action_has_words(action: str, place: str) -> None:
    """Entries stood in the audit as `acd.added` or `acd.take_out`, which nobody in an office reads."""
    words = title_of(action)
    assert CHINESE.search(words) and not re.search("[a-z_]{3,}", words), f"{place} writes {action}: {words}"


def test_records_of_plugins_have_words_for_each_verb() -> None:
    words = {title_of(f"note.{verb}", {**KINDS, "note": "便签"}) for verb in VERBS}
    assert words >= {"新增便签", "删除便签", "导入便签"}


def test_subjects_and_values_are_no_codes() -> None:
    """A subject was a whole ULID, a changed value a piece of JSON."""
    assert subject_of("person:01JADZ3N5K7P9R2S4T6V8WXYZQ") == "人员 …8WXYZQ"
    assert subject_of("supervision:1001") == "班长操作 1001" and subject_of("agent:1001") == "座席 1001"
    assert value_of({"roles": ["agent", "班长"], "disabled": False, "note": ""}) == "角色 agent、班长；停用 否；说明 无"
    assert value_of(None) == "无" and value_of("x") == "x" and value_of(3) == "3"
