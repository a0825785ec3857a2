"""What FreeSWITCH is told to dial: made only from checked parts."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from cti.telephony.switch.address import ALWAYS, URGENT, Address, PhoneAddress
from cti.telephony.switch.freeswitch.dialplan import DOMAIN

_VALUE = re.compile(r"[A-Za-z0-9_.:@+*#/-]*")
"""None of what means something in a dial string: `,{}[]^|\\'$<>;=` and blanks."""


def dial_string(addresses: Sequence[Address], variables: Mapping[str, str], timeout: float) -> str:
    """All addresses at once, the first to answer wins; ValueError when a value could be read as more than one."""
    values = {**variables, "originate_timeout": str(max(math.ceil(timeout), 1)), "ignore_early_media": "true"}
    for name, value in values.items():
        if not _VALUE.fullmatch(value):
            raise ValueError(f"{name}: {value!r} cannot stand in a dial string")
    head = ",".join(f"{name}={value}" for name, value in values.items() if value)
    return "{" + head + "}" + ",".join(map(_target, addresses))


def _target(address: Address) -> str:
    mark = f"[hotline_address={address}]"
    if isinstance(address, PhoneAddress):
        return f"{mark}user/{address.endpoint}@{DOMAIN}"
    return f"{mark}sofia/gateway/{address.trunk}{URGENT if address.urgent else ALWAYS}/{address.digits}"
