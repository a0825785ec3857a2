"""What FreeSWITCH is told to dial: made only from checked parts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from cti.telephony.switch.address import ALWAYS, URGENT, Address, PhoneAddress
from cti.telephony.switch.freeswitch.dialplan import DOMAIN

_VALUE = re.compile(r"[A-Za-z0-9_.:@+*#/-]*")
"""None of what means something in a dial string: `,{}[]^|\\'$<>;=` and blanks."""

_ANSWER_AFTER = re.compile(r"<sip:hotline>;answer-after=[0-9]{1,3}")
"""What else may stand there; made by `answered_after`."""


def answered_after(seconds: float | None) -> str:
    """The header `Call-Info` that asks a phone to answer by itself after so many whole seconds; None: no header."""
    return "" if seconds is None else f"<sip:hotline>;answer-after={seconds:.0f}"


def dial_string(addresses: Sequence[Address], variables: Mapping[str, str], timeout: float) -> str:
    """All addresses at once, the first to answer wins; ValueError when a value could be read as more than one."""
    values = {**variables, "originate_timeout": str(max(math.ceil(timeout), 1)), "ignore_early_media": "true"}
    for name, value in values.items():
        if not _VALUE.fullmatch(value) and not _ANSWER_AFTER.fullmatch(value):
            raise ValueError(f"{name}: {value!r} cannot stand in a dial string")
    head = ",".join(f"{name}={value}" for name, value in values.items() if value)
    return "{" + head + "}" + ",".join(map(_target, addresses))


def _target(address: Address) -> str:
    mark = f"[hotline_address={address}]"
    if isinstance(address, PhoneAddress):
        return f"{mark}user/{address.endpoint}@{DOMAIN}"
    return f"{mark}sofia/gateway/{address.trunk}{URGENT if address.urgent else ALWAYS}/{address.digits}"
