"""What people say in the talks, and how much of it stands on a screen."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from softphone.phones.sound import RATE
from trials.voices import rehearsed, spoken

CITIZEN, CLERK, COLLEAGUE = "zm_yunxi", "zf_xiaobei", "zm_yunjian"
"""Voices."""
GREETING = "先生您好，您请慢慢说，我正在为您登记。"
MATTER = "你好，我叫张伟。人民路锦绣花园三号楼从昨天晚上开始停水，到现在还没有来。"
DANGER = "楼道里还闻到了很重的燃气味，请你们快一点派人来处理。"
ON_HOLD = "怎么没有声音了，家里的老人还等着用水。"
ASKED = "您好，我这边查到了，抢修人员已经出发了。"
AFTERWARDS = "那大概几点钟能来水呢。"
UNHEARD = "还有小区门口的路灯也坏了三天了。"
BACK = "你还在听吗，我的话说完了没有。"
CARD = "我的身份证号是三二零一零二一九九零零三零七六五一八。"
CARD_DIGITS = "19900307"
PLACE_NAME = "沁芳雅苑"
"""A name that nobody knows before it is a hot word."""
PLACE = "我住在沁芳雅苑，沁芳雅苑的电梯坏了。"
TALKS = (MATTER, DANGER, ON_HOLD, AFTERWARDS, UNHEARD, BACK, CARD, PLACE)
SAYS_AGAIN = 25
"""Seconds after which the agent says the same again."""


async def learn() -> None:
    """Have all of it at hand before anybody calls."""
    await rehearsed(TALKS, (CITIZEN,))
    await rehearsed((ASKED,), (COLLEAGUE,))
    await rehearsed((GREETING,), (CLERK,))


def microphone(folder: Path) -> Path:
    """What the agent's browser hears of her, again and again."""
    path = folder / "agent.wav"
    said = np.concatenate([np.zeros(RATE, np.int16), spoken(GREETING, CLERK), np.zeros(RATE * SAYS_AGAIN, np.int16)])
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(said.astype("<i2").tobytes())
    return path


def heard(said: str, shown: str) -> float:
    """How many of the pairs of characters that were said stand there."""
    bare = "".join(one for one in said if one.isalnum())
    pairs = {bare[at : at + 2] for at in range(len(bare) - 1)}
    return sum(1 for one in pairs if one in shown) / len(pairs)
