"""Canonical numbers: what carriers send, and that it never fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.numbers.number import Number, NumberKind


@pytest.mark.parametrize(
    ("raw", "digits", "kind"),
    [
        ("13800000001", "+8613800000001", NumberKind.MOBILE),
        ("013800000001", "+8613800000001", NumberKind.MOBILE),
        ("+8613800000001", "+8613800000001", NumberKind.MOBILE),
        ("8613800000001", "+8613800000001", NumberKind.MOBILE),
        ("008613800000001", "+8613800000001", NumberKind.MOBILE),
        ("+86 138-0000-0001", "+8613800000001", NumberKind.MOBILE),
        ("0519-88880000", "+8651988880000", NumberKind.LANDLINE),
        ("+8651988880000", "+8651988880000", NumberKind.LANDLINE),
        ("+86051988880000", "+8651988880000", NumberKind.LANDLINE),
        ("01065550000", "+861065550000", NumberKind.LANDLINE),
        ("010 65550000", "+861065550000", NumberKind.LANDLINE),
        ("88880000", "+8651988880000", NumberKind.LANDLINE),
        ("12345", "12345", NumberKind.SERVICE),
        ("051912345", "12345", NumberKind.SERVICE),
        ("+8612345", "12345", NumberKind.SERVICE),
        ("110", "110", NumberKind.SERVICE),
        ("95588", "95588", NumberKind.SERVICE),
        ("4008123123", "4008123123", NumberKind.SERVICE),
        ("+85221234567", "+85221234567", NumberKind.INTERNATIONAL),
        ("0044207946000", "+44207946000", NumberKind.INTERNATIONAL),
        ("1001", "1001", NumberKind.EXTENSION),
        ("anonymous", "", NumberKind.ANONYMOUS),
        ("Restricted", "", NumberKind.ANONYMOUS),
        ("", "", NumberKind.ANONYMOUS),
        (None, "", NumberKind.ANONYMOUS),
        ("sip:x@y", "", NumberKind.MALFORMED),
        ("1;DROP TABLE", "", NumberKind.MALFORMED),
        ("+1", "", NumberKind.MALFORMED),
    ],
)
def test_what_carriers_send(raw: str | None, digits: str, kind: NumberKind) -> None:
    number = Number.parse(raw, area="0519")
    assert (number.digits, number.kind) == (digits, kind)


def test_national_form() -> None:
    assert Number.parse("+8613800000001").national == "13800000001"
    assert Number.parse("0519 88880000").national == "051988880000"
    assert Number.parse("0519 88880000").area_code == "0519"
    assert Number.parse("12345").national == "12345"
    assert str(Number.parse("anonymous")) == "anonymous"


def test_emergency() -> None:
    assert all(Number.parse(text).is_emergency for text in ("110", "119", "120", "122"))
    assert not Number.parse("12345").is_emergency


@given(st.text(max_size=100) | st.none())
def test_nothing_fails_and_what_comes_out_is_clean(raw: str | None) -> None:
    number = Number.parse(raw, area="0519")
    assert number.digits == "" or number.digits.removeprefix("+").isdecimal()
    assert len(number.raw) <= 64
    assert (number.digits == "") == (number.kind in (NumberKind.ANONYMOUS, NumberKind.MALFORMED))


@given(st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True))
def test_the_canonical_form_is_its_own(raw: str) -> None:
    number = Number.parse(raw, area="0519")
    again = Number.parse(number.national, area="0519")
    if number.kind in (NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.SERVICE):
        assert (again.digits, again.kind) == (number.digits, number.kind)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_is_the_same_in_all_its_forms(raw: str) -> None:
    forms = {Number.parse(prefix + raw).digits for prefix in ("", "0", "+86", "0086", "86", "+860")}
    assert len(forms) == 1


@given(st.from_regex(r"1[3-9][0-9]{9}|0519[2-8][0-9]{7}", fullmatch=True))
def test_masking_hides_the_middle(raw: str) -> None:
    number = Number.parse(raw)
    assert "****" in number.masked
    assert number.national not in number.masked


def test_extensions() -> None:
    assert Number.extension("1001").kind is NumberKind.EXTENSION
    with pytest.raises(ValueError, match="not an extension"):
        Number.extension("no-number")
