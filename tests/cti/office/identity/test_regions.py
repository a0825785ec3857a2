import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.refusal import Invalid
from cti.office.identity import regions


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("320481", "江苏省常州市溧阳市"),
        ("320400", "江苏省常州市"),
        ("110101", "北京市东城区"),
        ("429004", "湖北省仙桃市"),
        ("320471", "江苏省常州市功能区"),
        ("710000", "台湾省"),
    ],
)
def test_a_division_has_a_full_name(code, title):
    assert regions.title_of(code) == title
    regions.check(code)


@pytest.mark.parametrize("code", ["", "320499", "990000", "32048", "3204811", "32048x", "327100", "320470", "３20481"])
def test_what_is_no_division_is_refused(code):
    assert regions.title_of(code) == ""
    with pytest.raises(Invalid, match="no_region") as caught:
        regions.check(code)
    assert caught.value.field == "region"


def test_a_city_holds_its_counties_and_zones_and_no_others():
    city = regions.within("320400")
    assert {"320400", "320402", "320481", "320471"} <= city
    assert not {"320500", "320000", "320571"} & city
    assert regions.within("320481") == {"320481"}
    assert city < regions.within("320000")


@given(st.sampled_from(sorted(regions.titles())), st.sampled_from(sorted(regions.titles())))
def test_the_two_ways_to_ask_agree(inner, outer):
    assert (inner in regions.within(outer)) == regions.is_within(inner, outer) == (outer in regions.above(inner))
