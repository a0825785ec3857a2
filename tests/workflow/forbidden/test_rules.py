"""Which rule keeps somebody from dialling: extensions, hours, exceptions, and against trying all one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.base.numbers.number import Number
from cti.base.numbers.number_patterns import fits, fixed_digits
from workflow.forbidden.extensions import Extensions
from workflow.forbidden.rules import ALLOW, FORBID, Rule, RuleIndex

NOW = datetime(2026, 5, 6, tzinfo=UTC)
ABOVE = {"city": {"city"}, "east": {"east", "city"}, "west": {"west", "city"}, "village": {"village", "east", "city"}}


def index_of(*rules: Rule, is_open: bool = True) -> RuleIndex:
    found = RuleIndex(lambda name: frozenset(ABOVE[name]), lambda _, __: is_open)
    for rule in rules:
        found.put(rule)
    return found


def told(index: RuleIndex, number: str, extension: str = "", organisation: str = "city", now: datetime = NOW) -> str:
    rule = index.forbids(Number.parse(number, area="0519"), extension, organisation, now)
    return rule.id if rule else ""


@pytest.mark.parametrize(
    ("typed", "kept", "covered", "others"),
    [
        ("", "", ["8001", ""], []),
        ("8001", "8001", ["8001"], ["8002", "80011", ""]),
        ("8001，8010-8012、81*", "8001, 8010-8012, 81*", ["8001", "8010", "8012", "81", "8199"], ["8013", "801", ""]),
        (" 8010~8012 ; 9* ", "8010-8012, 9*", ["8011", "90"], ["8001"]),
    ],
)
def test_extensions_as_people_write_them(typed: str, kept: str, covered: list[str], others: list[str]) -> None:
    found = Extensions.parse(typed)
    assert str(found) == kept and Extensions.parse(kept) == found
    assert all(found.cover(one) for one in covered) and not any(found.cover(one) for one in others)


@pytest.mark.parametrize("typed", ["王芳", "8012-8010", "80-8010", "8", "1234567890", "*", "80**", "8001/8002"])
def test_what_is_no_extension_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match=typed.replace("*", r"\*")):
        Extensions.parse(typed)


def test_a_whole_number_a_beginning_and_digits_anywhere() -> None:
    index = index_of(
        Rule("whole", FORBID, "+8613800000001", "city"), Rule("begin", FORBID, "0898*", "city"),
        Rule("within", FORBID, "*4444*", "city"),
    )  # fmt: skip
    assert told(index, "13800000001") == "whole" and told(index, "089866661234") == "begin"
    assert told(index, "13844440000") == "within" and told(index, "13800000002") == ""
    assert told(index, "1004") == "" and told(index, "4444") == "within"


def test_for_some_extensions_hours_and_days_only() -> None:
    rule = Rule("a", FORBID, "138*", "city", Extensions.parse("80*"), "closed", "work", NOW + timedelta(days=1))
    for is_open, extension, now, expected in (
        (False, "8001", NOW, "a"), (True, "8001", NOW, ""), (False, "9001", NOW, ""), (False, "", NOW, ""),
        (False, "8001", NOW + timedelta(days=1), ""),
    ):  # fmt: skip
        assert told(index_of(rule, is_open=is_open), "13800000001", extension, now=now) == expected


def test_an_exception_lifts_what_names_no_more_and_never_the_ban_of_an_organisation_above() -> None:
    index = index_of(Rule("ban", FORBID, "138*", "city"), Rule("free", ALLOW, "1380000*", "city"))
    assert told(index, "13800000001") == "" and told(index, "13811110001") == "ban"
    index.put(Rule("whole", FORBID, "+8613800000001", "city"))
    assert told(index, "13800000001") == "whole", "a number that is named whole is meant"
    index.put(Rule("east", ALLOW, "+8613811110001", "east"))
    assert told(index, "13811110001", organisation="village") == "ban", "a county lifts no ban of the city"
    index.put(Rule("own", FORBID, "1390*", "village"))
    index.put(Rule("lift", ALLOW, "13900000001", "east"))
    assert told(index, "13900000002", organisation="village") == "own"
    assert told(index, "13900000002", organisation="west") == "", "another county's rule is not mine"


RULES = st.lists(
    st.builds(
        Rule,
        id=st.uuids().map(str),
        effect=st.sampled_from([FORBID, ALLOW]),
        pattern=st.builds(lambda a, b, c: f"{a}{b}{c}", st.sampled_from(["", "*", "1"]),
                          st.text("038?", min_size=2, max_size=4), st.just("*")),
        organisation=st.sampled_from(sorted(ABOVE)),
        extensions=st.sampled_from(["", "8001", "80*"]).map(Extensions.parse),
    ),
    max_size=8,
)  # fmt: skip


@given(RULES, st.sampled_from(["13800000008", "13830308080"]), st.sampled_from(["", "8001", "9001"]),
       st.sampled_from(sorted(ABOVE)))  # fmt: skip
def test_the_index_forbids_what_an_independent_judge_forbids(
    rules: list[Rule], number: str, extension: str, organisation: str
) -> None:
    said = told(index_of(*rules), number, extension, organisation)
    digits = (number, f"+86{number}")
    mine = [
        one for one in rules
        if one.organisation in ABOVE[organisation] and any(fits(one.pattern, text) for text in digits)
        and (not one.extensions.parts or (extension and one.extensions.cover(extension)))
    ]  # fmt: skip
    standing = [
        ban for ban in mine if ban.effect == FORBID
        and not any(
            one.effect == ALLOW and one.organisation in ABOVE[ban.organisation]
            and fixed_digits(one.pattern) >= fixed_digits(ban.pattern) for one in mine
        )
    ]  # fmt: skip
    assert bool(said) == bool(standing)
    if standing:
        named = {one.id: fixed_digits(one.pattern) for one in standing}
        assert named[said] == max(named.values())
