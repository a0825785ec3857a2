"""The admin's rule for phones that answer by themselves: agent before queue before groups, the strictest of these."""

from __future__ import annotations

from typing import Any

import pytest

from acd.settings.answering import answering
from acd.settings.schema import AcdSettings, AgentSettings

NEVER, CHOSEN, ALWAYS = ({"answering": mode} for mode in ("never", "chosen", "always"))


def after(
    *, agent: dict[str, Any] | None = None, queue: dict[str, Any] | None = None, groups: dict[str, Any] | None = None,
    wished: bool = False, called: str = "general",
) -> float | None:  # fmt: skip
    """After how many seconds the phone of an agent of all these groups answers by itself."""
    settings = AcdSettings.model_validate({"queues": {"general": queue or {}, "other": {}}, "groups": groups or {}})
    person = AgentSettings.model_validate({**(agent or {}), "groups": list(groups or {})})
    return answering(settings, person, called).after(wished=wished)


def test_without_a_rule_the_agent_chooses_and_his_phone_answers_at_once() -> None:
    assert after(wished=True) == 0
    assert after(wished=False) is None


@pytest.mark.parametrize("wished", [True, False])
def test_a_rule_of_always_or_never_leaves_no_choice(wished: bool) -> None:
    assert after(queue={**ALWAYS, "answer_delay": 3}, wished=wished) == 3
    assert after(queue=NEVER, wished=wished) is None


def test_a_choice_that_is_allowed_has_the_delay_of_the_rule() -> None:
    assert after(queue={**CHOSEN, "answer_delay": 2}, wished=True) == 2
    assert after(queue={**CHOSEN, "answer_delay": 2}) is None


def test_the_agents_own_rule_is_before_the_queues_and_that_before_his_groups() -> None:
    assert after(agent=NEVER, queue=ALWAYS, groups={"a": ALWAYS}) is None
    assert after(queue=ALWAYS, groups={"a": NEVER}) == 0
    assert after(groups={"a": {**ALWAYS, "answer_delay": 1}}) == 1


def test_of_several_groups_the_strictest_counts() -> None:
    assert after(groups={"a": CHOSEN, "b": ALWAYS}) == 0
    assert after(groups={"a": ALWAYS, "b": NEVER}) is None
    assert after(groups={"a": {}, "b": ALWAYS}) == 0


def test_the_rule_of_a_queue_is_for_its_calls_alone() -> None:
    assert after(queue=ALWAYS, called="other") is None
    assert after(queue=ALWAYS, called="") is None
    assert after(queue=ALWAYS, called="gone") is None
