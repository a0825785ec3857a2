"""The fixed texts of flows are spoken before anybody calls."""

from __future__ import annotations

from ivr.prompt_editing.ahead import fixed_texts, speak_ahead
from ivr.prompts.synthesis import SynthesisUnavailable
from ivr.prompts.voice import ADMIN
from tests.ivr.trying import flow

FLOW = flow(
    """
    begin:
      menu: [greeting, {text: 请选择, instead: menu/main}, {text: "您好，{caller.number}"}]
      keys: {"1": wait}
      say_invalid: {text: 按错了}
      timeout: bye
      invalid: bye
    wait:
      queue: general
      steps:
        - {after: 0, say: {text: 请稍候}}
        - {after: 30, every: 30, say: [{position: true}, {text: 请选择}]}
      next: bye
      else: bye
    """
)


class Speaker:
    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    async def prompts(self, text: str, rank: int = 0) -> list[str]:
        self.asked.append((text, rank))
        if text == "按错了":
            raise SynthesisUnavailable("no such word")
        return [f"spoken/{text}"]


def test_texts_with_something_of_the_caller_are_left_out() -> None:
    assert fixed_texts(FLOW) == ["请选择", "按错了", "请稍候"]


async def test_one_that_cannot_be_spoken_keeps_no_other_back() -> None:
    speaker = Speaker()
    await speak_ahead(speaker, [FLOW])
    assert speaker.asked == [("请选择", ADMIN), ("按错了", ADMIN), ("请稍候", ADMIN)]
