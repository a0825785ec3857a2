"""Whether a citizen asks for a human, in so many words and nothing else: 人工, 转人工客服, 我要找真人."""

from __future__ import annotations

import re

_ASIDE = re.compile(r"[\s,.!?;:~，。！？；：、…～啊呀吧哦呢嘛的了]+")
_ASKS = re.compile(
    r"(你好|您好|喂)?(我|我想|我要|我需要|帮我|给我|请|麻烦|麻烦你|麻烦您|请你|请您|能不能|可以|能|快|直接|还是)*"
    r"(转|转接|转到|接|接通|接到|换|找|叫|要|呼叫|联系|人工转)?(一下|个|一个|到|下)?"
    r"(人工|人工客服|人工服务|人工座席|人工坐席|人工台|客服|真人|活人|人工接听|话务员|接线员|工作人员)(服务|接听)?(来|一下|行吗|可以吗|好吗|吗)?"
)


def asks_for_human(text: str) -> bool:
    """Whether the whole text asks for that; a matter in which the word occurs (人工费) does not."""
    return _ASKS.fullmatch(_ASIDE.sub("", text)) is not None
