"""The score of a leg's sound, and when it is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.quality import FEWEST, SILENT_AFTER, SILENT_MOS, LegQuality, mos_of, score

shares = st.floats(0, 1)
seconds = st.floats(0, 3)


@pytest.mark.parametrize(("rating", "mos"), [(93.2, 4.41), (90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58)])
def test_scores_are_those_of_the_table(rating: float, mos: float) -> None:
    """ITU-T G.107 Annex B, table B.1."""
    assert mos_of(rating) == pytest.approx(mos, abs=0.01)


def test_a_clean_line_is_as_good_as_g711_can_be() -> None:
    assert score("alaw", 0, 0, 0) == pytest.approx(4.4, abs=0.02)
    assert score("g729", 0, 0, 0) == pytest.approx(4.1, abs=0.05)


@given(shares, shares, seconds, seconds)
def test_it_only_gets_worse(loss: float, more: float, jitter: float, late: float) -> None:
    less, worse = sorted((loss, more))
    assert 1 <= score("alaw", worse, jitter, late) <= score("alaw", less, jitter, late) <= 4.5
    assert score("alaw", less, jitter, late) <= score("alaw", less, 0, late) <= score("alaw", less, 0, 0)


def test_the_worse_direction_counts() -> None:
    good = LegQuality("alaw", packets=1000, lost=0, sent=1000, jitter=0.001)
    assert good.mos is not None and good.mos > 4.3
    there = LegQuality("alaw", packets=1000, lost=0, sent=1000, far_lost=200, far_jitter=0.0, round_trip=0.02)
    assert there.mos == pytest.approx(score("alaw", 0.2, 0.0, 0.02))
    here = LegQuality("alaw", packets=900, lost=100, sent=1000)
    assert here.loss == pytest.approx(0.1) and here.mos == pytest.approx(score("alaw", 0.1, None, None))


def test_of_hardly_any_sound_nothing_is_said() -> None:
    assert LegQuality("alaw", packets=FEWEST - 1, lost=0, sent=FEWEST).mos is None
    assert LegQuality("alaw", packets=0, lost=0, sent=SILENT_AFTER - 1).mos is None
    silent = LegQuality("alaw", packets=0, lost=0, sent=SILENT_AFTER)
    assert silent.is_silent and silent.mos == SILENT_MOS
