"""What the dialplan's context `quality` writes of a leg's sound, read."""

from __future__ import annotations

from cti.telephony.quality import LegQuality

LONGEST_TRIP = 30.0
"""Seconds: a report that arrives before it can have been answered makes one of 65,536 (RFC 3550 counts in 16 bits)."""


def leg_quality(text: str) -> LegQuality | None:
    """`codec=(alaw);far=192.0.2.7:4000;ssrc=…` of `CHANNEL(rtcp,all)`; None when the leg had no sound.

    Asterisk names its own view of the jitter `tx` and what the far end reports `rx` (`res_rtp_asterisk.c`,
    `ast_rtp_get_stat`).
    """
    told = dict(pair.split("=", 1) for pair in text.split(";") if "=" in pair)
    try:
        packets, sent = int(told["rxcount"]), int(told["txcount"])
        lost, far_lost = int(told["lp"]), int(told["rlp"])
        jitter, far_jitter, round_trip = (float(told[key]) for key in ("txjitter", "rxjitter", "rtt"))
    except (KeyError, ValueError):
        return None
    if not packets and not sent:
        return None
    if round_trip >= LONGEST_TRIP:
        round_trip = 0.0
    # Without a report of the far end all three are nothing.
    reported = round_trip > 0 or far_jitter > 0 or far_lost > 0
    return LegQuality(
        codec=told.get("codec", "").strip("()").partition("|")[0],
        packets=packets,
        # Packets that come twice make it negative.
        lost=max(lost, 0),
        sent=sent,
        jitter=jitter,
        far_lost=max(far_lost, 0) if reported else None,
        far_jitter=far_jitter if reported else None,
        round_trip=round_trip if round_trip > 0 else None,
        far=told.get("far", "").rpartition(":")[0].strip("[]"),
    )
