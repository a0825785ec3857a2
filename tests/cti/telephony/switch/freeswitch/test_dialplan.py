"""The dialplan, walked as FreeSWITCH walks it: which extension a leg enters, and what it does there."""

import re
from xml.etree import ElementTree

import pytest

from cti.telephony.switch.freeswitch.dialplan import TRY_SECONDS, dialplan, emergency
from cti.telephony.switch.phone import Phone

TEXT = dialplan(host="127.0.0.1", session_port=4573, patience=5, recordings="/rec", trunks=["carrier", "other"])
CONTEXTS = {one.get("name"): one for one in ElementTree.fromstring(TEXT).iter("context")}

Steps = list[tuple[str, str]]


def enter(context: str, destination: str, variables: dict[str, str]) -> tuple[str, Steps]:
    """The extension that takes a leg, and its applications with their data, variables not yet put in."""
    known = {"destination_number": destination, **variables}

    def value(field: str) -> str:
        if field in known:
            return known[field]
        return re.sub(r"\$\{([^{}]*|[^{}]*\$\{[^{}]*\}[^{}]*)\}", lambda found: known.get(found.group(1), ""), field)

    steps: Steps = []
    for extension in CONTEXTS[context].iter("extension"):
        conditions = list(extension.iter("condition"))
        if all(
            not one.get("field") or re.search(one.get("expression", ""), value(one.get("field", "")))
            for one in conditions
        ):
            steps += [(step.get("application", ""), step.get("data", "")) for step in extension.iter("action")]
            if extension.get("continue") == "true":
                continue
            return extension.get("name", ""), steps
    raise AssertionError(f"nothing takes {destination} in {context}")


def applications(steps: Steps) -> list[str]:
    return [name for name, _ in steps]


AT_CARRIER = {
    "caller_id_number": "13800000001",
    "acl(${network_addr} trunk-carrier)": "true",
    "sip_from_user": "13800000001",
}
CLAIMS = {"sip_from_user": "1001", "user_exists(id ${sip_from_user} hotline)": "true"}


def test_a_carriers_call_comes_into_a_session_unanswered() -> None:
    name, steps = enter("incoming", "12345", AT_CARRIER)
    assert name == "trunk-carrier"
    assert ("set", "hotline_trunk=carrier") in steps
    assert "answer" not in applications(steps)
    assert ("socket", "127.0.0.1:4573 async full") in steps


@pytest.mark.parametrize("more", [{}, AT_CARRIER])
def test_who_says_he_is_a_phone_must_prove_it(more: dict[str, str]) -> None:
    name, steps = enter("incoming", "12345", {**more, **CLAIMS})
    assert (name, steps[-1]) == ("challenge", ("respond", "407"))
    assert enter("incoming", "1002", {**more, **CLAIMS, "hotline_agent": "1001"})[0] == "phone"


def test_a_stranger_is_refused() -> None:
    name, steps = enter("incoming", "12345", {"sip_from_user": "13800000001"})
    assert (name, steps[-1]) == ("refused", ("respond", "403"))


@pytest.mark.parametrize("called", ["12345\n", "12345,x", "${x}", "", "1" * 33, "12345 "])
def test_a_called_number_that_is_none_is_refused(called: str) -> None:
    """`$` let a line end follow the number."""
    assert enter("incoming", called, AT_CARRIER)[0] == "refused"


@pytest.mark.parametrize("said", ["139,a=b", "139}[x=1]", "139\n", "${x}", "anonymous", ""])
def test_a_caller_who_sends_no_number_has_none(said: str) -> None:
    """His text came into a dial string of the emergency queue as it was."""
    _, steps = enter("incoming", "12345", {**AT_CARRIER, "caller_id_number": said})
    assert ("set", "hotline_caller=") in steps and ("set_profile_var", "caller_id_number=0000000000") in steps


def test_no_text_of_a_caller_is_put_into_a_dial_string() -> None:
    text = emergency([Phone("1001", "x", "1001", web=False)])
    assert set(re.findall(r"\$\{(\w+)\}", text)) <= {"hotline_call", "hotline_first"}, "ours, and no caller's"


def test_separators_of_a_callers_number_are_left_out() -> None:
    _, steps = enter("incoming", "12345", {**AT_CARRIER, "caller_id_number": "0519-8888-0000"})
    assert ("set", "hotline_caller=$1$2$3") in steps


MARKS = "1111"
"""How a try of two seconds is marked; one that a key ends after half a second has one mark."""


def test_a_leg_goes_back_into_a_session_until_patience_is_over() -> None:
    _, steps = enter("session", "session", {})
    assert steps[-2:] == [("set", "hotline_place=retry"), ("transfer", "retry XML session")]
    tries, waited = "", 0
    while (found := enter("session", "retry", {"hotline_tries": tries, "hotline_party": "caller"}))[0] == "retry":
        steps = found[1]
        assert ("set", f"playback_timeout_sec={TRY_SECONDS}") in steps
        marks = f"hotline_tries=${{hotline_tries}}${{cond('${{hotline_key}}' == '' ? {MARKS} : 1)}}"
        assert ("set", marks) in steps
        tries, waited = tries + MARKS, waited + TRY_SECONDS
    assert found == ("without-engine-caller", [("transfer", "emergency XML emergency")])
    assert 5 <= waited < 5 + TRY_SECONDS
    assert enter("session", "retry", {"hotline_tries": tries, "hotline_party": "agent"})[1] == [("hangup", "")]


def test_a_caller_that_is_given_up_does_not_wait() -> None:
    given_up = {"hotline_give_up": "1", "hotline_party": "caller"}
    assert enter("session", "retry", given_up)[0] == "without-engine-caller"


def test_every_leg_in_a_session_comes_back_after_any_talk() -> None:
    for context, destination in (("incoming", "12345"), ("session", "session"), ("transfer", "1002")):
        _, steps = enter(context, destination, AT_CARRIER)
        variables = dict(steps)["multiset"].removeprefix("^^;").split(";")
        assert "transfer_after_bridge=session:XML:session" in variables
        assert "max_forwards=70" in variables


def test_a_recording_is_paused_outside_talks_and_goes_on_in_a_conference() -> None:
    name, steps = enter("session", "session", {"hotline_recording": "/x.raw"})
    assert name == "session-recorded"
    assert "uuid_record(${uuid} pause ${hotline_recording})" in steps[0][1]
    _, steps = enter("room", "room-talk-1", {})
    assert [word in data for (_, data), word in zip(steps[1:4], ("resume", "@talk", "pause"), strict=True)] == [
        True
    ] * 3


def test_who_leaves_a_conference_goes_home_or_ends() -> None:
    home = enter("room", "left", {"transfer_after_bridge": "session:XML:session"})
    assert home[0] == "left" and "socket" in applications(home[1])
    assert enter("room", "left", {}) == ("left-and-done", [("hangup", "")])


def test_a_phones_transfer_brings_its_target() -> None:
    _, steps = enter("transfer", "1002", {})
    assert steps[0] == ("set", "hotline_target=$1")


def test_the_emergency_queue_records_and_ends_with_its_talk() -> None:
    _, steps = enter("emergency", "emergency", {"uuid": "aaaf"})
    paths = [data for name, data in steps if name == "record_session"]
    assert paths == ["/rec/emergency-${uuid}.caller.wav", "/rec/emergency-${uuid}.agent.wav"]
    assert ("unset", "transfer_after_bridge") in steps
    assert steps[-1] == ("transfer", "start-$1 XML emergency")
