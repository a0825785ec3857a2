"""Whether tickets may be dispatched by themselves: by what the model does on tickets that it has not learned, and by
what became of those that it dispatched.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from workflow.assistant.learning.figures import Figures

LEAST_RIGHT = 0.90
LEAST_SURE = 100
"""Kept tickets over the threshold: of fewer their share says nothing."""
LEAST_SETTLED = 30
"""Tickets of which it is known what became, before that counts."""
THRESHOLDS = {"0.8": "80%", "0.9": "90%", "0.95": "95%"}
"""The probabilities of which a model's card says how many of them were right."""
_NORMAL = 1.96


@dataclass(frozen=True, slots=True)
class Record:
    """What became of tickets that the model in use dispatched: `settled` were answered, taken back or judged."""

    settled: int
    missed: int


def lower_bound(share: float, texts: int) -> float:
    """The lower end of the 95 % interval of a share of so many (Wilson 1927)."""
    if texts <= 0:
        return 0.0
    square = _NORMAL**2 / texts
    middle = share + square / 2
    half = _NORMAL * math.sqrt(share * (1 - share) / texts + square / (4 * texts))
    return max(0.0, (middle - half) / (1 + square))


def lacks(figures: Figures | None, record: Record, threshold: str) -> list[str]:
    """What is missing, in words for people; nothing when it may be done."""
    if figures is None:
        return ["还没有在用的主办单位模型：交办过的工单足够后自动训练，也可在“智能模型”页立即训练"]
    share, right = figures.sure.get(threshold, (0.0, 0.0))
    texts = round(share * figures.texts)
    if texts < LEAST_SURE:
        return [
            f"留出检验的 {figures.texts} 件工单中，概率不低于 {THRESHOLDS[threshold]} 的只有 {texts} 件，"
            f"至少要 {LEAST_SURE} 件"
        ]
    found = []
    bound = lower_bound(right, texts)
    if bound < LEAST_RIGHT:
        found.append(
            f"留出检验中概率不低于 {THRESHOLDS[threshold]} 的 {texts} 件工单，派对的占 {right:.1%}"
            f"（95% 置信下限 {bound:.1%}），置信下限应不低于 {LEAST_RIGHT:.0%}"
        )
    if record.settled >= LEAST_SETTLED and 1 - record.missed / record.settled < LEAST_RIGHT:
        found.append(
            f"在用模型自动派出并已有结果的 {record.settled} 件中，派错 {record.missed} 件，"
            f"准确率 {1 - record.missed / record.settled:.1%}，低于 {LEAST_RIGHT:.0%}"
        )
    return found
