"""One side of a leg, heard by a loopback leg in front, which sends it to us behind."""

from __future__ import annotations

from uuid import uuid4

from cti.telephony.switch.freeswitch.audio import Unicast
from cti.telephony.switch.freeswitch.esl import EslClient, EslClosed
from cti.telephony.switch.freeswitch.esl_messages import UNDEFINED, EslRefused
from cti.telephony.switch.port import SwitchUnavailable

OPEN_SECONDS = 10.0


async def open_tap(esl: EslClient, leg: str) -> tuple[str, Unicast]:
    """What the party of `leg` says, and the uuid of the leg in front, which ends with `leg`; SwitchUnavailable."""
    front = str(uuid4())
    variables = f"origination_uuid={front},eavesdrop_bridge_aleg=true,eavesdrop_enable_dtmf=false"
    try:
        answer = await esl.bgapi(
            "originate", f"{{{variables}}}loopback/tap/tap/XML", f"&eavesdrop({leg})", timeout=OPEN_SECONDS
        )
        if not answer.ok:
            raise SwitchUnavailable(f"no audio of leg {leg}: {answer.error}")
        behind = await _getvar(esl, front, "other_loopback_leg_uuid")
        stream = await Unicast.open(int(await _getvar(esl, behind, "read_rate")))
        (await esl.command(f"sendmsg {behind}", stream.headers)).checked("unicast")
    except (EslClosed, EslRefused, TimeoutError) as error:
        raise SwitchUnavailable(f"no audio of leg {leg}: {error or 'no answer'}") from error
    return front, stream


async def _getvar(esl: EslClient, leg: str, name: str) -> str:
    value = (await esl.api("uuid_getvar", leg, name)).checked("uuid_getvar").value
    if value == UNDEFINED:
        raise EslRefused("uuid_getvar", f"{name} is not set")
    return value
