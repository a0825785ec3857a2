"""How dials ended, in the port's words."""

import pytest

from cti.telephony.switch.asterisk.causes import dial_result, originate_result, with_cause
from cti.telephony.switch.port import DialResult


@pytest.mark.parametrize(
    ("status", "cause", "result"),
    [
        ("ANSWER", 16, DialResult.ANSWERED),
        ("ANSWER", 17, DialResult.ANSWERED),
        ("BUSY", 17, DialResult.BUSY),
        ("BUSY", 21, DialResult.REJECTED),
        ("NOANSWER", 0, DialResult.NO_ANSWER),
        ("NOANSWER", 19, DialResult.NO_ANSWER),
        ("CHANUNAVAIL", 0, DialResult.UNREACHABLE),
        ("CHANUNAVAIL", 20, DialResult.UNREACHABLE),
        ("NOANSWER", 18, DialResult.UNREACHABLE),
        ("CONGESTION", 34, DialResult.FAILED),
        ("CANCEL", 17, DialResult.CANCELLED),
        ("", 0, DialResult.FAILED),
        ("DONTCALL", 0, DialResult.FAILED),
    ],
)
def test_dials(status: str, cause: int, result: DialResult) -> None:
    assert dial_result(status, cause) is result


def test_originates() -> None:
    assert originate_result("Success", "4") is DialResult.ANSWERED
    assert originate_result("Failure", "5") is DialResult.BUSY
    assert originate_result("Failure", "3") is DialResult.NO_ANSWER
    assert originate_result("Failure", "0") is DialResult.UNREACHABLE
    assert originate_result("Failure", "99") is DialResult.FAILED


def test_a_cause_never_changes_an_answer() -> None:
    assert with_cause(DialResult.ANSWERED, 17) is DialResult.ANSWERED
    assert with_cause(DialResult.UNREACHABLE, 17) is DialResult.BUSY
    assert with_cause(DialResult.NO_ANSWER, 0) is DialResult.NO_ANSWER
