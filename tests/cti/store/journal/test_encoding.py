import json
from dataclasses import replace
from datetime import timedelta

import pytest

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.events import EVENT_TYPES, CallTransferred, DigitsEntered, LegStarted
from cti.base.numbers.number import Number
from cti.store.inner_places import event_place
from cti.store.journal.encoding import decode_call, decode_event, encode, encode_event
from tests.cti.store.stories import MOBILE, NOON, sample, talking_call

CIPHER = Cipher(b"k" * 32)


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_every_event_comes_back_as_it_was(name):
    event = sample(EVENT_TYPES[name])
    data = encode_event(event, CIPHER)
    assert decode_event(name, event.at, data, CIPHER) == event
    assert MOBILE.encode() not in data


def test_numbers_in_text_are_sealed_and_short_ones_stay_readable():
    common = {"at": NOON, "call": "c", "organisation": "city", "region": "320400"}
    for event, hidden in (
        (LegStarted(**common, leg="1.1", party="outside", address=f"PJSIP/{MOBILE}@carrier"), True),
        (LegStarted(**common, leg="1.1", party="agent", address="PJSIP/1001"), False),
        (CallTransferred(**common, agent="1001", target=f"outside:{MOBILE}", kind="blind"), True),
        (DigitsEntered(**common, node="identity", digits="320400199001011234"), True),
        (DigitsEntered(**common, node="menu", digits="1"), False),
    ):
        data = encode_event(event, CIPHER)
        assert (b"sealed" in data) is hidden
        assert b"3800000001" not in data and b"32040019" not in data
        assert decode_event(type(event).__name__, NOON, data, CIPHER) == event


def test_a_number_opens_in_its_own_event_only():
    """A number that is copied into the event of another call, time or type is refused."""
    event = sample(EVENT_TYPES["CallArrived"])
    data = encode_event(event, CIPHER)
    for at, moved in (
        (NOON, data.replace(event.call.encode(), b"another")),
        (event.at + timedelta(microseconds=1), data),
    ):
        with pytest.raises(KeyProblem, match=r"events\.data"):
            decode_event("CallArrived", at, moved, CIPHER)


def test_what_was_sealed_before_opens_until_all_is_sealed_anew():
    event = sample(EVENT_TYPES["CallArrived"])
    inner = json.loads(encode_event(event, CIPHER))
    place = event_place("CallArrived", event.at, event.call)
    inner["caller"]["sealed"] = CIPHER.seal(CIPHER.open_inner(inner["caller"]["sealed"], place))
    before = json.dumps(inner)
    cipher = Cipher(b"k" * 32)
    assert decode_event("CallArrived", event.at, before, cipher) == event
    cipher.inner_places_only = True
    with pytest.raises(KeyProblem):
        decode_event("CallArrived", event.at, before, cipher)


@pytest.mark.parametrize("raw", [MOBILE, "0519-88880000", "12345", "anonymous", "bad 'number' \x00 号码", ""])
def test_every_kind_of_number_comes_back(raw):
    event = replace(sample(EVENT_TYPES["CallArrived"]), caller=Number.parse(raw, area="0519"))
    assert decode_event("CallArrived", event.at, encode_event(event, CIPHER), CIPHER) == event


def test_a_call_comes_back_with_all_it_has():
    call = talking_call()
    assert decode_call(encode(call)) == call


def test_what_is_not_json_is_refused():
    call = talking_call()
    call.progress["ivr"] = object()
    with pytest.raises(TypeError):
        encode(call)
