"""Whose rows a permission reaches: as far as the roles that give it, and no further."""

from __future__ import annotations

import pytest

from cti.base.clock import VirtualClock
from cti.base.refusal import NotAllowed, NotFound
from cti.base.scope import EVERYTHING, NOTHING, Scope
from cti.base.visitor import Visitor, system
from cti.office.identity.governance import reach_of
from cti.office.identity.models import RoleRow
from cti.office.identity.permissions import Reach
from cti.store.recordings.recordings import Recording, RecordingStore
from tests.cti.office.identity.conftest import data

ROOT = system("test")


async def made(store, **roles):
    """Roles by name: their permissions and their reach."""
    async with store.writing() as session:
        for name, (permissions, reach) in roles.items():
            session.add(RoleRow(name=name, title=name, permissions=permissions, reach=reach))


async def test_a_wide_role_for_one_thing_widens_no_other(store, visit):
    """Reach and permissions of several roles were united apart: an agent (own) who might also look at all people
    (people.see, all) played another county's recordings, for which no role of his reached so far."""
    await made(store, clerk=(["people.see"], "all"))
    visitor = await visit("1001", agent_no="1001", organisation="county", roles=["agent", "clerk"])
    recordings = RecordingStore(store)
    for name, organisation, agent in (
        ("own", "county", "1001"),
        ("beside", "county", "1002"),
        ("far", "other", "3001"),
    ):
        await recordings.add(
            Recording(name, "c", organisation, "320481", agent, "leg", "", VirtualClock().wall(), "stored")
        )
    found = [one for one in ("own", "beside", "far") if await recordings.find(one, visitor.reach("recordings.listen"))]
    assert found == ["own"]
    assert visitor.reach("people.see") == EVERYTHING
    assert visitor.reach("calls.see") == Scope(organisations=frozenset({"county"}), agent="1001")


async def test_without_a_permission_nothing_is_reached(visit):
    visitor = await visit("1001", agent_no="1001", organisation="county")
    assert visitor.reach("audit.see") == NOTHING
    assert not NOTHING.covers("county", "320481")
    assert visitor.scope == NOTHING, "whoever asks for the scope without a permission gets none"


async def test_all_permissions_reach_as_far_as_their_role(store, visit):
    await made(store, chief=(["*"], "region"), clerk=(["people.see"], "all"))
    visitor = await visit("chief", organisation="county", roles=["chief", "clerk"])
    assert visitor.reach("anything.plugins.add").regions == frozenset({"320481"})
    assert visitor.reach("people.see") == EVERYTHING


async def test_a_key_reaches_as_far_as_its_owner(store, identity, visit):
    from cti.office.identity.keys import KeyData

    await made(store, clerk=(["people.see"], "all"), maker=(["keys.make"], "own"))
    visitor = await visit("1001", agent_no="1001", organisation="county", roles=["agent", "clerk", "maker"])
    _, secret = await identity.keys.add(visitor, KeyData(title="x", scopes=["calls.see"], days=1))
    key = await identity.keys.visitor(secret, "10.0.0.1")
    assert key.reach("calls.see") == visitor.reach("calls.see")
    assert key.reach("people.see") == NOTHING, "the key has not this permission"


async def test_nobody_gives_a_permission_further_than_he_has_it(store, identity, add, visit):
    """A role was measured by the widest reach of all of the giver's roles: who managed his own organisation's people
    and might look at everybody's calls could give a role that looks at everybody's recordings."""
    await made(
        store,
        head=(["people.see", "people.manage", "recordings.listen"], "subtree"),
        looker=(["calls.see"], "all"),
        listener=(["recordings.listen"], "all"),
        near=(["recordings.listen"], "subtree"),
    )
    visitor = await visit("head", organisation="county", roles=["head", "looker"])
    assert reach_of(visitor, {}, "audit.see") is None
    assert reach_of(ROOT, {}, "audit.see") is Reach.ALL
    person = await add("1001", organisation="county", roles=[])
    with pytest.raises(NotAllowed):
        await identity.people.edit(
            visitor, person.id, person.version, data("1001", organisation="county", roles=["listener"])
        )
    found = await identity.people.edit(
        visitor, person.id, person.version, data("1001", organisation="county", roles=["near"])
    )
    assert found.roles == ("near",)


async def test_seeing_far_is_not_managing_far(store, identity, add, visit):
    await made(store, clerk=(["people.see"], "all"), head=(["people.manage"], "organisation"))
    visitor: Visitor = await visit("head", organisation="county", roles=["head", "clerk"])
    person = await add("1001", organisation="other", roles=[])
    assert (await identity.people.find(visitor, person.id)).login == "1001"
    with pytest.raises(NotFound):
        await identity.people.reset_password(visitor, person.id)
