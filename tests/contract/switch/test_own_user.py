"""A switch that root starts is not root."""

import os
from typing import cast

from cti.process.baseline.facts import user_of
from cti.process.own_user import DEFAULT, own_user
from tests.contract.switch.sip_world import SipWorld
from tests.contract.switch.world import World, story

NEEDS_SIP = True


@story
async def test_it_runs_as_a_user_of_its_own_where_root_starts_it(world: World) -> None:
    """Who talked the switch into something had the whole machine. All other stories are of this one, too."""
    user = own_user(DEFAULT)
    assert user_of(cast(SipWorld, world).switch_process) == (os.geteuid() if user is None else user.uid)
