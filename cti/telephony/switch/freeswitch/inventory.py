"""What is on the switch now, asked for: legs and registered phones."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

from cti.telephony.switch.freeswitch.esl_messages import ApiResponse, EslEvent
from cti.telephony.switch.freeswitch.translation import LEGS, REACHES, phone_of, snapshots
from cti.telephony.switch.port import LegSnapshot


class Inventory:
    """Asks by `api`, which raises SwitchUnavailable."""

    def __init__(self, api: Callable[..., Awaitable[ApiResponse]]) -> None:
        self._api = api
        self._heard: dict[str, str] = {}
        """Addresses of phones as events told them: the switch's own table has them a second later."""

    def begin(self) -> None:
        """A connection begins: what was heard on another may be over."""
        self._heard.clear()

    def hear(self, event: EslEvent) -> None:
        """Remember where a phone has registered, and that it is gone."""
        if event.subclass in REACHES and (phone := phone_of(event)):
            self._heard[phone] = event.get("network-ip") if REACHES[event.subclass] else ""

    async def legs(self) -> list[LegSnapshot]:
        """Every channel of a phone or trunk, with its variables: one question for each."""
        dumps = await asyncio.gather(*(self._api("uuid_dump", row["uuid"], "json") for row in await self.channels()))
        return snapshots([json.loads(dump.text) for dump in dumps if dump.text.startswith("{")])

    async def channels(self) -> list[Mapping[str, str]]:
        """The same channels as the switch's own table has them, a moment late."""
        return [row for row in await self._rows("channels") if row["name"].startswith(LEGS)]

    async def phones(self) -> frozenset[str]:
        """The endpoints that are registered."""
        return frozenset(row["reg_user"] for row in await self._rows("registrations"))

    async def addresses(self) -> dict[str, str]:
        """Registered endpoint → the IP address from which it is registered."""
        found = {row["reg_user"]: row["network_ip"] for row in await self._rows("registrations")} | self._heard
        return {phone: address for phone, address in found.items() if address}

    async def _rows(self, what: str) -> list[Mapping[str, str]]:
        answer = await self._api("show", what, "as", "json")
        rows: list[Mapping[str, str]] = json.loads(answer.text or "{}").get("rows", [])
        return rows
