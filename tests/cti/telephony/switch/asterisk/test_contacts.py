"""Contacts of phones and trunks, in the orders in which Asterisk tells of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.switch.asterisk.ami_protocol import AmiMessage
from cti.telephony.switch.asterisk.contacts import Contacts
from cti.telephony.switch.port import PhoneReachable
from tests.cti.telephony.switch.asterisk.test_translation import message

OLD, NEW = "sip:1003@127.0.0.1:39976", "sip:1003@127.0.0.1:34043"


def told(status: str, uri: str = OLD, address: str = "1003") -> AmiMessage:
    return message(
        "Event: ContactStatus", f"URI: {uri}", f"ContactStatus: {status}", f"AOR: {address}", f"EndpointName: {address}"
    )


def listed(status: str, uri: str, address: str = "1003") -> AmiMessage:
    return message("Event: ContactList", f"ObjectName: {address};@2fdd49686f6ddace", f"Uri: {uri}", f"Status: {status}")


@pytest.mark.parametrize(
    ("status", "reachable"),
    [("Created", True), ("NonQualified", True), ("Reachable", True), ("Unreachable", False), ("Removed", False)],
)
def test_what_a_status_means(status: str, reachable: bool) -> None:
    assert Contacts().change(told(status)) == PhoneReachable("1003", reachable, "127.0.0.1" if reachable else "")


def test_other_statuses_say_nothing() -> None:
    assert Contacts().change(told("Updated")) is None


@pytest.mark.parametrize(
    "order",
    [
        [("NonQualified", NEW), ("Removed", OLD), ("Reachable", NEW)],
        [("NonQualified", NEW), ("Reachable", NEW), ("Removed", OLD)],
        # A browser is not asked for signs of life: there is no third word.
        [("NonQualified", NEW), ("Removed", OLD)],
        [("Removed", OLD), ("NonQualified", NEW)],
    ],
)
def test_a_phone_that_came_back_stays_when_its_old_contact_goes(order: list[tuple[str, str]]) -> None:
    contacts = Contacts()
    contacts.change(told("NonQualified", OLD))
    *_, last = [contacts.change(told(status, uri)) for status, uri in order]
    assert last is not None
    assert (last.endpoint, last.reachable) == ("1003", True)
    assert contacts.change(told("Removed", NEW)) == PhoneReachable("1003", False)


def test_a_list_replaces_what_was_known() -> None:
    contacts = Contacts()
    contacts.change(told("NonQualified", "sip:a@127.0.0.1", "1001"))
    entries = [
        listed("Reachable", NEW),
        listed("Unreachable", "sip:b@127.0.0.1", "1002"),
        listed("NonQualified", "sip:c@127.0.0.1", "carrier"),
    ]
    assert contacts.resync(entries) == {"1003", "carrier"}
    assert contacts.change(told("Removed", OLD)) == PhoneReachable("1003", True)
    assert contacts.change(told("Removed", NEW)) == PhoneReachable("1003", False)


@given(
    st.lists(
        st.tuples(st.sampled_from(["NonQualified", "Reachable", "Unreachable", "Removed"]), st.integers(0, 3)),
        max_size=30,
    )
)
def test_it_is_reachable_while_any_contact_is(steps: list[tuple[str, int]]) -> None:
    contacts, alive = Contacts(), set()
    for status, place in steps:
        change = contacts.change(told(status, f"sip:1003@127.0.0.1:{place}"))
        (alive.add if status in ("NonQualified", "Reachable") else alive.discard)(place)
        assert change is not None
        assert (change.endpoint, change.reachable) == ("1003", bool(alive))
