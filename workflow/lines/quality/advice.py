"""What an administrator does about a bad line: the most likely cause of what was measured, and where to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UNEVEN, LATE = 0.030, 0.300
"""Seconds of jitter, and of a round trip (ITU-T G.114: 150 ms one way), from which they are the cause."""
SOME_LOSS = 0.01

WHERE: Mapping[str, str] = {
    "line": "联系运营商核对该中继的专线带宽、接口与告警",
    "agent": "检查该座席的电脑、网线与耳麦，无线网络改用网线",
    "network": "检查该网段的交换机端口、上联带宽与无线信号",
}
"""By the kind of what is bad."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of something: shares of legs that were bad and silent, mean loss, worst times in seconds."""

    kind: str
    bad: float
    silent: float
    loss: float
    jitter: float
    round_trip: float


def advice(about: Measured, alarm_share: float) -> str:
    """What to do, in a sentence or two; empty while it is as it should be."""
    if about.bad < alarm_share and not about.silent:
        return ""
    found = []
    if about.silent:
        found.append("有通话没有收到对方声音：检查防火墙与 NAT 是否放行 RTP 端口，SDP 中的媒体地址是否可达")
    if about.bad >= alarm_share:
        if about.loss >= SOME_LOSS:
            found.append(f"丢包：{WHERE[about.kind]}")
        if about.jitter >= UNEVEN:
            found.append("抖动大：为语音设置优先级（DSCP EF），避免与大流量业务共用链路")
        if about.round_trip >= LATE:
            found.append("时延大：检查路由是否绕行，VPN 或跨网出口是否拥塞")
        if not found:
            found.append(WHERE[about.kind])
    return "；".join(found)
