"""Which phones and trunks can be reached, from what Asterisk tells of their contacts.

A phone that comes back from another place (a page that was reloaded, a new port behind NAT) has two contacts for a
moment, and the old one's end may be told after the new one's beginning: an address of record is reachable while any
of its contacts is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cti.telephony.switch.asterisk.ami_protocol import AmiMessage
from cti.telephony.switch.port import PhoneReachable

_ALIVE = {"Reachable": True, "Created": True, "NonQualified": True, "Unreachable": False, "Removed": False}
_HOST = re.compile(r"sips?:(?:[^@]*@)?(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))")


def addresses_of(entries: Iterable[AmiMessage]) -> dict[str, str]:
    """Address of record → the IP address of its contact, for the entries of PJSIPShowContacts."""
    found = {entry.get("ObjectName").partition(";@")[0]: _address_in(entry.get("Uri")) for entry in entries}
    return {name: address for name, address in found.items() if address}


def _address_in(uri: str) -> str:
    host = _HOST.match(uri)
    return (host[1] or host[2]) if host is not None else ""


class Contacts:
    """The contacts that are alive, by address of record; those of our phones and trunks are named as these are."""

    def __init__(self) -> None:
        self._alive: dict[str, set[str]] = {}

    def resync(self, entries: Iterable[AmiMessage]) -> frozenset[str]:
        """Exactly these exist (the entries of PJSIPShowContacts); returns who is reachable."""
        self._alive = {}
        for entry in entries:
            if entry.get("Status") != "Unreachable":
                self._alive.setdefault(entry.get("ObjectName").partition(";@")[0], set()).add(entry.get("Uri"))
        return frozenset(self._alive)

    def change(self, message: AmiMessage) -> PhoneReachable | None:
        """Whether an address can be reached after this ContactStatus; None when it says nothing of that."""
        alive = _ALIVE.get(message.get("ContactStatus"))
        if alive is None:
            return None
        address = message.get("AOR") or message.get("EndpointName")
        contacts = self._alive.setdefault(address, set())
        if alive:
            contacts.add(message.get("URI"))
        else:
            contacts.discard(message.get("URI"))
        if not contacts:
            del self._alive[address]
        return PhoneReachable(address, bool(contacts), _address_in(message.get("URI")) if alive else "")
