"""What numbers look like, and which patterns would make two alike."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cti.office.numbering import Facts, Numbered

NEW_YEAR = Facts("east", "320404", datetime(2026, 12, 31, 16, 30, tzinfo=UTC))
"""Half past midnight on the hotline's own clock."""


@pytest.mark.parametrize(
    ("pattern", "number", "series"),
    [
        ("{region}{day}{serial:05}", "3204042027010100007", "320404/20270101"),
        ("SZ-{organisation}-{year}-{serial:06}", "SZ-east-2027-000007", "east/2027"),
        ("{day:%y%m%d}{serial}", "2701017", "20270101"),
        ("热线〔{year}〕{serial}号", "热线〔2027〕7号", "2027"),
        ("{serial:08}", "00000007", ""),
    ],
)
def test_a_number_says_what_its_pattern_says(pattern: str, number: str, series: str) -> None:
    rule = Numbered("number", pattern)
    assert rule.number(NEW_YEAR, 7) == number
    assert rule.series(NEW_YEAR) == series


def test_serials_may_begin_anew_less_often_than_the_number_shows() -> None:
    rule = Numbered("number", "{organisation}-{day}-{serial:03}", per=("organisation", "year"))
    assert rule.series(NEW_YEAR) == "east/2027"
    assert rule.number(NEW_YEAR, 1234) == "east-20270101-1234", "a full width makes it longer, not wrong"


@pytest.mark.parametrize(
    ("pattern", "per", "said"),
    [
        ("{region}{day}{serial:05}", ("organisation", "day"), "organisation"),
        ("{year}{serial}", ("day",), "day"),
        ("{organisation}{serial}", None, "sign between"),
        ("{day}", None, "serial"),
        ("{serial}{serial}", None, "serial"),
        ("{colour}{serial}", None, "colour"),
        ("{serial:5}", None, "written"),
        ("{day:%S}{serial}", None, "written"),
        ("{day}{serial", None, "brace"),
    ],
)
def test_a_pattern_by_which_two_could_be_alike_is_refused(pattern: str, per: tuple[str, ...] | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Numbered("number", pattern, per=per)
