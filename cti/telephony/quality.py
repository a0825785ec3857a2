"""How good a leg's sound was: a mean opinion score by the E-model, of what was lost, how evenly and how late it came.

R = 93.2 − Id − Ie,eff with the default values of ITU-T G.107 (06/2015). Ie,eff is its equation 7-29 with random loss
(BurstR = 1); Ie and Bpl of a codec are those of ITU-T G.113 Appendix I. Id follows the approximation of G.107's delay
terms by Cole and Rosenbluth, "Voice over IP performance monitoring" (ACM CCR 31/2, 2001). The score follows from R by
G.107 Annex B.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

BEST_R = 93.2
LATE_MS = 177.3
PACKET_MS = 20.0
"""What is in a packet has been said over that time before it leaves."""
BUFFERED = 2.0
"""A receiver keeps about twice the jitter to itself, so that what comes unevenly is heard evenly."""
FEWEST = 50
"""Of fewer packets, one second, nothing is said."""
SILENT_AFTER = 250
"""Whoever was sent so many, five seconds, and sent none, was not heard."""
SILENT_MOS = 1.0

_CONCEALING = (0.0, 25.1)
ROBUSTNESS: Mapping[str, tuple[float, float]] = {
    "alaw": _CONCEALING,
    "ulaw": _CONCEALING,
    "g729": (11.0, 19.0),
    "g723": (15.0, 16.1),
    "gsm": (26.0, 10.0),
}
"""Ie and Bpl: G.711 as telephones and browsers play it, who conceal a loss. G.113 has no Opus: it counts as G.711."""


@dataclass(frozen=True, slots=True)
class LegQuality:
    """What a switch counted of a leg until its end.

    `packets` came from the party and `lost` of it did not, unevenly by `jitter` seconds (RFC 3550 6.4.1; None: not
    told); `sent` went to him. `far_lost` and `far_jitter` are what his telephone reports of that, None when it reports
    nothing; `round_trip` is in seconds. `far` is where his sound comes from, an address without port.
    """

    codec: str
    packets: int
    lost: int
    sent: int
    jitter: float | None = None
    far_lost: int | None = None
    far_jitter: float | None = None
    round_trip: float | None = None
    far: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether nothing ever came, though he was sent something all the time."""
        return self.packets == 0 and self.sent >= SILENT_AFTER

    @property
    def loss(self) -> float:
        """Share of what he sent that did not arrive, 0 to 1."""
        return _share(self.lost, self.packets + self.lost)

    @property
    def far_loss(self) -> float | None:
        """Share of what was sent to him that did not arrive there, 0 to 1."""
        return None if self.far_lost is None else _share(self.far_lost, self.sent)

    @property
    def mos(self) -> float | None:
        """The worse of what was heard of him and what he heard, 1 to 4.5; None of too few packets."""
        if self.is_silent:
            return SILENT_MOS
        heard = score(self.codec, self.loss, self.jitter, self.round_trip) if self.packets >= FEWEST else None
        known = self.far_loss is not None and self.sent >= FEWEST
        there = score(self.codec, self.far_loss or 0.0, self.far_jitter, self.round_trip) if known else None
        return min((one for one in (heard, there) if one is not None), default=None)


def score(codec: str, loss: float, jitter: float | None, round_trip: float | None) -> float:
    """Mean opinion score of one direction, 1 to 4.5; `loss` is a share, times are seconds."""
    delay = 1000 * ((round_trip or 0.0) / 2 + BUFFERED * (jitter or 0.0)) + PACKET_MS
    late = 0.024 * delay + 0.11 * max(delay - LATE_MS, 0.0)
    by_codec, robustness = ROBUSTNESS.get(codec, _CONCEALING)
    percent = 100 * loss
    return mos_of(BEST_R - late - by_codec - (95 - by_codec) * percent / (percent + robustness))


def mos_of(rating: float) -> float:
    """The score of a rating R (G.107 Annex B)."""
    if rating <= 0:
        return 1.0
    if rating >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating))


def _share(part: int, whole: int) -> float:
    return min(part / whole, 1.0) if whole > 0 and part > 0 else 0.0
