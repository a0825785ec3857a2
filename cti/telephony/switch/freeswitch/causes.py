"""FreeSWITCH's names of Q.850 causes (switch_channel.c, ITU-T Q.850 table 1), as the port's."""

from __future__ import annotations

from cti.telephony.switch.port import DialResult

_RESULTS = {
    "SUCCESS": DialResult.ANSWERED,
    "USER_BUSY": DialResult.BUSY,
    "NORMAL_CIRCUIT_CONGESTION": DialResult.FAILED,
    "CALL_REJECTED": DialResult.REJECTED,
    "NO_ANSWER": DialResult.NO_ANSWER,
    "ALLOTTED_TIMEOUT": DialResult.NO_ANSWER,
    "PROGRESS_TIMEOUT": DialResult.NO_ANSWER,
    "NO_USER_RESPONSE": DialResult.NO_ANSWER,  # 480: whoever is there does not answer now
    "ORIGINATOR_CANCEL": DialResult.CANCELLED,
    "LOSE_RACE": DialResult.CANCELLED,
    "PICKED_OFF": DialResult.CANCELLED,
    "RECOVERY_ON_TIMER_EXPIRE": DialResult.UNREACHABLE,  # the phone never answered our INVITE
    "SUBSCRIBER_ABSENT": DialResult.UNREACHABLE,
    "USER_NOT_REGISTERED": DialResult.UNREACHABLE,
    "DESTINATION_OUT_OF_ORDER": DialResult.UNREACHABLE,
    "NETWORK_OUT_OF_ORDER": DialResult.UNREACHABLE,
    "NORMAL_TEMPORARY_FAILURE": DialResult.UNREACHABLE,
    "GATEWAY_DOWN": DialResult.UNREACHABLE,
    "INVALID_GATEWAY": DialResult.UNREACHABLE,
    "INVALID_PROFILE": DialResult.UNREACHABLE,
    "INVALID_URL": DialResult.UNREACHABLE,
    "NO_ROUTE_DESTINATION": DialResult.UNREACHABLE,
    "UNALLOCATED_NUMBER": DialResult.UNREACHABLE,
}


def dial_result(cause: str) -> DialResult:
    """The result of a dial that ended with this cause."""
    return _RESULTS.get(cause, DialResult.FAILED)
