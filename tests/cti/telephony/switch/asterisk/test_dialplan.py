"""The generated dialplan: what must be in it, and that nothing is left open."""

import re

from cti.telephony.switch.asterisk.dialplan import (
    DOOR_CONTEXT,
    EMERGENCY_CONTEXT,
    LEG_CONTEXT,
    LONGEST_NUMBER,
    PHONE_CONTEXT,
    SESSION_CONTEXT,
    TRANSFER_CONTEXT,
    TRUNK_CONTEXT,
    dialplan,
)

TEXT = dialplan(host="127.0.0.1", session_port=4999, patience=7, recordings="/var/x/rec", proof="p")


def context(name: str) -> str:
    found = re.search(rf"^\[{name}\]\n(.*?)(?=^\[|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def test_every_context_that_others_name_exists() -> None:
    for name in (EMERGENCY_CONTEXT, LEG_CONTEXT, PHONE_CONTEXT, SESSION_CONTEXT, TRANSFER_CONTEXT, TRUNK_CONTEXT):
        assert context(name)
    for target in re.findall(r"Goto\((\w+),s,1\)|\?(\w+),s,1", TEXT):
        assert context(target[0] or target[1])


def test_a_dialled_leg_finds_what_prepares_and_what_records_it() -> None:
    """A section that came between took `record` away: Asterisk recorded no talk any more."""
    for extension in ("s", "record", "trunk"):
        assert f"exten => {extension},1," in context(LEG_CONTEXT)


def test_values_are_filled_in() -> None:
    assert "agi://127.0.0.1:4999/" in context(SESSION_CONTEXT)
    assert ">= 7]" in context(SESSION_CONTEXT)
    assert "/var/x/rec/emergency-" in context(EMERGENCY_CONTEXT)
    assert not re.search(r"(?<!\$)\{(host|session_port|patience|recordings)\}", TEXT)


def test_a_caller_is_not_answered_before_the_engine_says_so() -> None:
    assert "Answer" not in context(TRUNK_CONTEXT)
    before_engine = context(SESSION_CONTEXT).partition("AGI(")[0]
    assert "Answer" not in before_engine


def test_no_extension_lets_anything_follow_a_number() -> None:
    """`_[+0-9]!` took line ends and commas in: they ended an argument of the session, or added some."""
    for name in (TRUNK_CONTEXT, PHONE_CONTEXT, TRANSFER_CONTEXT):
        patterns = re.findall(r"^exten => (\S+?),1,", context(name), re.MULTILINE)
        assert len(patterns) == LONGEST_NUMBER
        assert not [one for one in patterns if re.search(r"[^\]][.!]|[.!]$", re.sub(r"\[[^\]]*\]", "", one))]


def test_a_pattern_is_no_longer_than_asterisk_reads() -> None:
    """Asterisk cuts an extension at 255 bytes: the patterns for numbers of 19 characters and more were half ones."""
    for name in (TRUNK_CONTEXT, PHONE_CONTEXT, TRANSFER_CONTEXT):
        patterns = re.findall(r"^exten => _(\S+?),1,", context(name), re.MULTILINE)
        assert max(map(len, patterns)) < 254
        assert [len(re.findall(r"\[[^]]*\]|X", one)) for one in patterns] == list(range(1, LONGEST_NUMBER + 1))


def test_what_a_caller_says_of_himself_is_made_a_number_before_a_session() -> None:
    for name in (TRUNK_CONTEXT, PHONE_CONTEXT):
        assert f"Goto({DOOR_CONTEXT},s,1)" in context(name) and "Goto(session" not in context(name)
    for what in ("name", "num", "ANI-name", "ANI-num", "RDNIS", "dnid"):
        assert f"CALLERID({what})=" in context(DOOR_CONTEXT)


def test_labels_that_are_jumped_to_exist() -> None:
    text = context(SESSION_CONTEXT)
    labels = set(re.findall(r"n\((\w+)\)", text))
    assert {"try", "without"} <= labels
    assert set(re.findall(r"\?(\w+)\)", text)) | set(re.findall(r"Goto\((\w+)\)", text)) <= labels


def test_keys_of_a_time_without_an_engine_are_told_once() -> None:
    session = context(SESSION_CONTEXT)
    assert "exten => s,1,MSet(HOTLINE_SINCE=${EPOCH},HOTLINE_KEYS=," in session
    assert "${HOTLINE_PROOF},${HOTLINE_KEYS})" in session
    assert '"SUCCESS"]?MSet(HOTLINE_SINCE=${EPOCH},HOTLINE_KEYS=))' in session
