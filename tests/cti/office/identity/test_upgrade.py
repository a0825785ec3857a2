"""A hotline of before roles were edited and the audit had a head comes forward with its people and its chain."""

from datetime import UTC, datetime

import msgspec
import pytest
from sqlalchemy import text

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.settings import AccountSettings
from cti.base.visitor import system
from cti.office.identity.directory import Organisation
from cti.office.identity.permissions import AGENT, Level
from cti.office.identity.service import Identity
from cti.office.identity.signing_in.passwords import Passwords
from cti.store.engine import Store
from cti.store.migration import bring_to, migrate

ROOT = system("root")
AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
async def old(database, tmp_path):
    """A store as it was, with an administrator, an agent, and a chain of three entries."""
    store = await Store.open(database, tmp_path)
    await bring_to(store, [], {"migrations_store": "0002", "migrations_identity": "0001"})
    passwords = Passwords()
    hashed = await passwords.hash("Rain-over-7-hills")
    passwords.close()
    said = [
        "INSERT INTO organisations (name, title, region) VALUES ('city', '市', '320400')",
        "INSERT INTO roles (name, title, permissions, reach) VALUES ('admin', '管理员', '[\"*\"]', 'all')",
        "INSERT INTO roles (name, title, permissions, reach) VALUES ('agent', '座席', '[\"agent.work\"]', 'own')",
    ]
    person = (
        "INSERT INTO people (id, login, name, agent_no, organisation, roles, auto_answer, password_hash, created_at, "
        "failures, version) VALUES (:id, :login, 'x', :no, 'city', :roles, false, :hash, :at, 0, 1)"
    )
    entry = (
        'INSERT INTO audit (at, person, login, organisation, address, action, subject, "before", "after", hash) VALUES '
        "(:at, '', 'setup', '', '', 'person.added', :subject, '{}', '{}', :hash)"
    )
    at = f"{AT:%Y-%m-%d %H:%M:%S.%f}" if store.is_sqlite else AT
    async with store.writing() as session:
        for one in said:
            await session.execute(text(one))
        for id, login, no, roles in (("1", "boss", None, '["admin"]'), ("2", "1001", "1001", '["agent"]')):
            await session.execute(
                text(person), {"id": id, "login": login, "no": no, "roles": roles, "hash": hashed, "at": at}
            )
        last = ""
        for number in range(3):
            moment = AT.isoformat(timespec="microseconds")
            subject = f"person:{number}"
            content = msgspec.json.encode([last, moment, "", "setup", "", "", "person.added", subject, "{}", "{}"])
            last = store.cipher.mac("audit", content)
            await session.execute(text(entry), {"at": at, "subject": subject, "hash": last})
    yield store
    await store.close()


async def test_people_roles_and_the_chain_come_forward(old):
    await migrate(old)
    clock = VirtualClock()
    identity = await Identity.open(
        old, Bus(), clock, Organisation("city", "市", "320400", None), settings=AccountSettings(second_factor="roles")
    )
    proof = await identity.audit.verify()
    assert (proof.entries, proof.findings) == (3, ())
    assert (await identity.roles.find(ROOT, "admin")).level is Level.CITY
    agent = (await identity.roles.find(ROOT, "agent")).permissions
    assert agent == AGENT.permissions, "a role that nobody changed gets what came later"
    (holder,) = await identity.agent_numbers.holders(ROOT, "1001")
    assert (holder.person, holder.until) == ("2", None)
    visitor, _ = await identity.sessions.sign_in("boss", "Rain-over-7-hills", "10.0.0.1", "Firefox")
    assert visitor.may("roles.manage") and "second_factor" not in visitor.must
    assert (await identity.audit.verify()).findings == ()
    identity.close()
