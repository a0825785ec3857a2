"""Asterisk's words for how a dial ended, and Q.850 causes (ITU-T Q.850, table 1), as the port's."""

from __future__ import annotations

from cti.telephony.switch.port import DialResult

_BY_STATUS = {
    "ANSWER": DialResult.ANSWERED,
    "BUSY": DialResult.BUSY,
    "NOANSWER": DialResult.NO_ANSWER,
    "CANCEL": DialResult.CANCELLED,
    "CHANUNAVAIL": DialResult.UNREACHABLE,
    "CONGESTION": DialResult.FAILED,
}
_BY_CAUSE = {
    17: DialResult.BUSY,
    18: DialResult.UNREACHABLE,  # no user responding: the phone never answered our INVITE
    19: DialResult.NO_ANSWER,
    20: DialResult.UNREACHABLE,
    21: DialResult.REJECTED,
    27: DialResult.UNREACHABLE,
    34: DialResult.FAILED,  # no circuit available, also one of ours
}


def dial_result(status: str, cause: int) -> DialResult:
    """The result of DIALSTATUS and HANGUPCAUSE; the cause says more when nobody answered."""
    return with_cause(_BY_STATUS.get(status, DialResult.FAILED), cause)


def with_cause(result: DialResult, cause: int) -> DialResult:
    """The result made more exact by the cause (0: not known) with which the dialled leg ended."""
    if result in (DialResult.ANSWERED, DialResult.CANCELLED):
        return result
    return _BY_CAUSE.get(cause, result)


_BY_ORIGINATE_REASON = {
    "0": DialResult.UNREACHABLE,
    "1": DialResult.NO_ANSWER,
    "3": DialResult.NO_ANSWER,
    "4": DialResult.ANSWERED,
    "5": DialResult.BUSY,
    "8": DialResult.FAILED,
}


def originate_result(response: str, reason: str) -> DialResult:
    """The result of an OriginateResponse event (`Reason` is an AST_CONTROL value)."""
    if response == "Success":
        return DialResult.ANSWERED
    return _BY_ORIGINATE_REASON.get(reason, DialResult.FAILED)
