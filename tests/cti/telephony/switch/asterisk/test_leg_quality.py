"""What Asterisk writes of a leg's sound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.quality import LegQuality
from cti.telephony.switch.asterisk.leg_quality import leg_quality

REAL = (
    "codec=(alaw);far=127.0.0.1:40310;ssrc=234392189;themssrc=2144920019;lp=12;rxjitter=0.000000;rxcount=286;"
    "txjitter=0.001375;txcount=300;rlp=0;rtt=0.000000;rxmes=0.000000;txmes=70.947545"
)


def test_as_asterisk_22_wrote_it() -> None:
    """Of a caller of whom one packet in twenty was lost."""
    assert leg_quality(REAL) == LegQuality("alaw", 286, 12, 300, jitter=0.001375, far="127.0.0.1")


def test_what_the_far_end_reports() -> None:
    told = REAL.replace("rlp=0;rtt=0.000000", "rlp=3;rtt=0.045000").replace("rxjitter=0.000000", "rxjitter=0.002000")
    found = leg_quality(told)
    assert found is not None
    assert (found.far_lost, found.far_jitter, found.round_trip) == (3, 0.002, 0.045)


def test_a_round_trip_that_cannot_be_is_none() -> None:
    """On one machine a report came 0.35 ms before its time: 65,535.999649 s, and the trunk was told to be of no use."""
    found = leg_quality(REAL.replace("rtt=0.000000", "rtt=65535.999649").replace("lp=12", "lp=0"))
    assert found is not None
    assert found.round_trip is None
    assert (found.mos or 0) > 4


def test_of_no_sound_there_is_nothing() -> None:
    assert leg_quality("") is None
    assert leg_quality("codec=(alaw|ulaw);far=;") is None
    assert leg_quality(REAL.replace("286", "0").replace("txcount=300", "txcount=0")) is None


def test_ipv6_and_several_codecs() -> None:
    found = leg_quality(REAL.replace("127.0.0.1:40310", "[2001:db8::7]:4000").replace("(alaw)", "(opus|alaw)"))
    assert found is not None and (found.far, found.codec) == ("2001:db8::7", "opus")


@given(st.text())
def test_whatever_stands_there(text: str) -> None:
    leg_quality(text)
    leg_quality(REAL[:40] + text)
