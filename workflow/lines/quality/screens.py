"""What the console shows of the quality of lines: bad ones with what to do, single legs, those of a call."""

from __future__ import annotations

from collections.abc import Mapping

from cti.office.screens import Empty, Filter, List, Option, Screen, StoryCard, columns_of
from workflow.lines.quality.views import GRADES, KINDS, QUALITY, SEE, LegView, SumsView


def _options(words: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, title=title) for value, title in words.items())


PERIOD = Filter(kind="period", key="period", title="时间")
SCREENS = (
    Screen(
        name="line_quality", title="线路质量", group="lines", icon="activity", order=40, permission=SEE, kind="list",
        list=List(
            source=QUALITY,
            columns=columns_of(
                SumsView, "kind", "name", "legs", "bad", "bad_percent", "silent", "mos", "loss_percent", "jitter_ms",
                "round_trip_ms", "advice",
            ),
            filters=(
                Filter(kind="text", key="search", title="名称"),
                Filter(kind="choice", key="kind", title="对象", options=_options(KINDS)),
                PERIOD,
            ),
            empty=Empty(
                title="这段时间没有通话质量记录",
                text="通话结束后按中继、座席和网段统计；质量差的排在前面，附处理建议。",
            ),
        ),
    ),
    Screen(
        name="line_legs", title="通话质量明细", group="lines", icon="audio-lines", order=41, permission=SEE,
        kind="list",
        list=List(
            source=f"{QUALITY}/legs",
            columns=columns_of(
                LegView, "at", "call", "party", "line", "agent", "far", "codec", "grade", "mos", "loss_percent",
                "far_loss_percent", "jitter_ms", "far_jitter_ms", "round_trip_ms", "where",
            ),
            filters=(
                Filter(kind="choice", key="grade", title="质量", options=_options(GRADES)),
                Filter(kind="text", key="line", title="中继或话机"),
                Filter(kind="text", key="agent", title="工号"),
                Filter(kind="text", key="network", title="网段，如 192.0.2.0/24"),
                PERIOD,
            ),
            empty=Empty(title="没有通话质量记录"),
        ),
    ),
)  # fmt: skip
SLOTS = (
    StoryCard(
        name="leg_quality", title="线路质量", permission=SEE, source=f"{QUALITY}/calls/{{id}}",
        columns=columns_of(
            LegView, "party", "line", "grade", "mos", "loss_percent", "far_loss_percent", "jitter_ms", "round_trip_ms",
            "where",
        ),
        empty=Empty(title="没有通话质量记录"),
    ),
)  # fmt: skip
