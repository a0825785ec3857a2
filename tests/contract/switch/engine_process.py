"""An engine in a process of its own, which can be killed: it answers whoever comes and lets him wait.

`python -m tests.contract.switch.engine_process KIND SETTINGS SECRET PROMPTS` writes `up` when it takes sessions.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from cti.base.call import Party
from cti.base.ids import new_id
from cti.base.settings import SwitchSettings
from cti.telephony.switch.asterisk.control import AsteriskSwitch
from cti.telephony.switch.freeswitch.control import FreeswitchSwitch
from cti.telephony.switch.port import CallSession, Connected, SwitchControl, SwitchEvent


async def serve(switch: SwitchControl) -> None:
    """Until it is killed."""
    connected = asyncio.Event()

    def hear(event: SwitchEvent) -> None:
        if isinstance(event, Connected):
            connected.set()

    async def take(session: CallSession) -> None:
        await session.claim(new_id(), Party.CALLER)
        await session.answer()
        await session.wait()
        await session.over

    await switch.start(take, hear)
    await connected.wait()
    print("up", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    kind, settings, secret, prompts = sys.argv[1:]
    made = AsteriskSwitch if kind == "asterisk" else FreeswitchSwitch
    asyncio.run(serve(made(SwitchSettings.model_validate_json(settings), secret, Path(prompts))))
