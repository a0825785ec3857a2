import asyncio

import msgspec
import pytest
from sqlalchemy import delete, func, insert, select, update

from cti.base.ciphers.cipher import Cipher
from cti.base.refusal import NotAllowed, NotFound, NotSignedIn
from cti.base.visitor import system
from cti.office.identity.audit.proof import Proof
from cti.office.identity.audit.trail import Audit, AuditFilter, Entry
from cti.office.identity.audit.words import title_of
from cti.office.identity.keys import KeyData
from cti.office.identity.models import AuditHead, AuditRow
from tests.cti.office.identity.conftest import BROWSER, PASSWORD, data


@pytest.fixture(params=["international", "sm"])
def suite(request):
    return request.param


@pytest.fixture
async def chain(identity, store):
    """The sequences of a chain of entries."""
    for number in range(6):
        await identity.people.add(system("test"), data(f"person{number}"))
    async with store.reading() as session:
        return (await session.scalars(select(AuditRow.sequence).order_by(AuditRow.sequence))).all()


async def test_a_change_says_who_what_before_and_after(identity, visit, store):
    admin = await visit("admin", roles=["admin"])
    person, _ = await identity.people.add(admin, data("1001", name="王芳"))
    await identity.people.edit(admin, person.id, 1, data("1001", name="李娜"))
    async with store.reading() as session:
        entry = (await session.scalars(select(AuditRow).where(AuditRow.action == "person.edited"))).one()
    assert (entry.person, entry.login, entry.address) == (admin.person, "admin", "10.0.0.1")
    assert entry.subject == f"person:{person.id}"
    assert (msgspec.json.decode(entry.before)["name"], msgspec.json.decode(entry.after)["name"]) == ("王芳", "李娜")
    assert "password" not in entry.before and "secret" not in entry.after


async def test_several_entries_in_one_go_stand_in_the_chain_in_their_order(identity, store):
    async with store.writing() as session:
        await identity.audit.write(session, system("test"), "thing.before", "thing:1")
        many = [Entry("thing.made", f"thing:{number}", after={"number": number}) for number in range(40)]
        await identity.audit.write_all(session, system("test"), many)
        await identity.audit.write(session, system("test"), "thing.after", "thing:1")
    async with store.reading() as session:
        found = (await session.scalars(select(AuditRow).order_by(AuditRow.sequence))).all()
    subjects = [one.subject for one in found if one.action == "thing.made"]
    assert subjects == [f"thing:{number}" for number in range(40)]
    assert (await identity.audit.verify()).findings == ()


async def test_entries_that_are_undone_with_a_part_of_their_transaction_leave_a_whole_chain(identity, store):
    async with store.writing() as session:
        await identity.audit.write(session, system("test"), "thing.before", "thing:1")
        with pytest.raises(LookupError):
            async with session.begin_nested():
                await identity.audit.write(session, system("test"), "thing.undone", "thing:1")
                raise LookupError
        await identity.audit.write(session, system("test"), "thing.after", "thing:1")
    async with store.reading() as session:
        found = (await session.scalars(select(AuditRow.action).order_by(AuditRow.sequence))).all()
    assert found[-2:] == ["thing.before", "thing.after"]
    assert (await identity.audit.verify()).findings == ()


def told(proof):
    return [(one.kind, one.first, one.last) for one in proof.findings]


async def test_an_untouched_chain_is_good(identity, chain):
    proof = await identity.audit.verify()
    assert proof.entries == len(chain) >= 6 and proof.findings == ()


@pytest.mark.parametrize(
    "column", ["login", "action", "subject", "before", "after", "address", "organisation", "person", "hash", "previous"]
)
@pytest.mark.parametrize("place", [0, 2, -1])
async def test_a_changed_entry_is_named(identity, store, chain, column, place):
    async with store.writing() as session:
        await session.execute(update(AuditRow).where(AuditRow.sequence == chain[place]).values({column: "other"}))
    assert told(await identity.audit.verify()) == [("changed", chain[place], chain[place])]


@pytest.mark.parametrize("place", [0, 2, 3])
async def test_a_removed_entry_is_named(identity, store, chain, place):
    async with store.writing() as session:
        await session.execute(delete(AuditRow).where(AuditRow.sequence == chain[place]))
    first = chain[place - 1] + 1 if place else 1
    assert told(await identity.audit.verify()) == [("removed", first, chain[place])]


async def test_a_cut_off_end_is_noticed(identity, store, chain):
    async with store.writing() as session:
        await session.execute(delete(AuditRow).where(AuditRow.sequence > chain[-3]))
    assert told(await identity.audit.verify()) == [("removed", chain[-3] + 1, chain[-1])]
    async with store.writing() as session:
        left = await session.get_one(AuditRow, chain[-3])
        values = {"sequence": left.sequence, "hash": left.hash, "entries": len(chain) - 2}
        await session.execute(update(AuditHead).values(values))
    assert told(await identity.audit.verify()) == [("head", chain[-3], chain[-3])]


async def test_an_emptied_audit_is_noticed(identity, store, chain):
    async with store.writing() as session:
        await session.execute(delete(AuditRow))
    assert told(await identity.audit.verify()) == [("removed", 1, chain[-1])]
    async with store.writing() as session:
        await session.execute(delete(AuditHead))
    assert told(await identity.audit.verify()) == [("head", 0, 0)]


async def test_what_happened_at_several_places_is_told_in_order(identity, store, chain):
    async with store.writing() as session:
        await session.execute(update(AuditRow).where(AuditRow.sequence == chain[1]).values(login="other"))
        await session.execute(delete(AuditRow).where(AuditRow.sequence == chain[4]))
    expected = [("changed", chain[1], chain[1]), ("removed", chain[3] + 1, chain[4])]
    assert told(await identity.audit.verify()) == expected


async def forge(session, chain, sequence):
    """An entry like the last, which its writer makes follow another as well as he can."""
    last = await session.get_one(AuditRow, chain[-1])
    made = {one.key: getattr(last, one.key) for one in AuditRow.__mapper__.column_attrs if one.key != "sequence"}
    await session.execute(insert(AuditRow).values(**made, sequence=sequence))


async def test_a_copied_entry_is_named(identity, store, chain):
    async with store.writing() as session:
        await forge(session, chain, chain[-1] + 1)
    assert told(await identity.audit.verify()) == [("inserted", chain[-1] + 1, chain[-1] + 1)]


async def test_an_entry_inserted_between_two_is_named(identity, store, chain):
    async with store.writing() as session:
        await session.execute(update(AuditRow).where(AuditRow.sequence == chain[-1]).values(sequence=chain[-1] + 1))
        await session.execute(update(AuditHead).values(sequence=chain[-1] + 1))
        last = await session.get_one(AuditRow, chain[-1] + 1)
        made = {one.key: getattr(last, one.key) for one in AuditRow.__mapper__.column_attrs if one.key != "sequence"}
        await session.execute(insert(AuditRow).values(**{**made, "login": "ghost"}, sequence=chain[-1]))
    found = told(await identity.audit.verify())
    assert found[0] == ("inserted", chain[-1], chain[-1])


async def test_an_entry_made_without_the_key_is_named(identity, store, chain, clock):
    class Forger:
        """The same store with a guessed key."""

        is_sqlite = store.is_sqlite
        cipher = Cipher(b"guess" * 6 + b"xx")
        writing = store.writing

    async with store.writing() as session:
        await Audit(Forger(), clock).write(session, system("forger"), "nothing", "person:1")
        forged = await session.scalar(select(func.max(AuditRow.sequence)))
    kinds = {(kind, first) for kind, first, _ in told(await identity.audit.verify())}
    assert kinds == {("changed", forged), ("head", forged)}


async def test_a_refused_change_leaves_no_entry(identity, chain):
    with pytest.raises(Exception, match="taken"):
        await identity.people.add(system("test"), data("person1"))
    assert (await identity.audit.verify()) == Proof(len(chain), ())


async def test_many_writers_make_one_chain(identity, store):
    writers = [identity.audit.look(system(f"writer{one}"), "personal.seen", f"call:{one}") for one in range(20)]
    await asyncio.gather(*writers)
    proof = await identity.audit.verify()
    assert proof.entries >= 20 and proof.findings == ()


async def test_entries_are_found_within_reach(identity, visit, clock):
    city = await visit("admin", roles=["admin"])
    county = await visit("li", organisation="county", roles=["county_admin"])
    start = clock.wall()
    clock.advance(60)
    person, _ = await identity.people.add(city, data("wang", organisation="village"))
    await identity.people.edit(county, person.id, 1, data("wang", name="李娜", organisation="village"))
    find = identity.audit.find
    everything = await find(city, AuditFilter())
    assert {one.login for one in everything.rows} >= {"admin", "li", "test"}
    sequences = [one.sequence for one in everything.rows]
    assert sequences == sorted(sequences, reverse=True) and everything.total == len(sequences)
    assert {one.login for one in (await find(county, AuditFilter())).rows} == {"li"}
    (edited,) = (await find(city, AuditFilter(action="person.e", subject="person:", login="LI", since=start))).rows
    assert edited.subject == f"person:{person.id}"
    assert (await find(city, AuditFilter(until=start, action="person.e"))).rows == ()
    assert (await find(city, AuditFilter(address="10.9.9.9"))).rows == ()
    (added,) = (await find(city, AuditFilter(action="person.added", login="admin"))).rows
    with pytest.raises(NotFound):
        await identity.audit.one(county, added.sequence)
    assert (await identity.audit.one(county, edited.sequence)).login == "li"
    agent = await visit("1001")
    for attempt in (find(agent, AuditFilter()), identity.audit.one(agent, edited.sequence)):
        with pytest.raises(NotAllowed):
            await attempt


async def test_looks_are_noted_once_in_a_while(identity, visit, clock):
    agent = await visit("1001")
    admin = await visit("admin", roles=["admin"])

    async def noted():
        return [
            (one.action, one.subject)
            for one in (await identity.audit.find(admin, AuditFilter(action="personal."))).rows
        ]

    for _ in range(3):
        await identity.disclosure.reveal(agent, "call:1", ["caller"])
    await identity.disclosure.seen(agent, "calls.see_numbers", "call", ["1"])
    assert await noted() == [("personal.revealed", "call:1")], "who sees it masked was shown nothing"
    clock.advance(601)
    await identity.disclosure.reveal(agent, "call:1", ["caller"])
    await identity.disclosure.reveal(agent, "call:1", ["caller", "name"])
    await identity.disclosure.seen(admin, "calls.see_numbers", "call", ["1", "2"])
    await identity.disclosure.seen(admin, "calls.see_numbers", "call", [])
    assert await noted() == [("personal.seen", "call:1"), *[("personal.revealed", "call:1")] * 3]
    with pytest.raises(NotAllowed):
        clerk = await visit("clerk", roles=[])
        await identity.disclosure.reveal(clerk, "call:1", ["caller"])


def test_actions_have_words():
    assert title_of("person.added") == "新增人员"
    assert title_of("session.refused") == "登录失败"
    assert title_of("citizen.edited", {"citizen": "市民"}) == "修改市民"
    assert title_of("something.else") == "something.else"


async def test_the_use_of_a_key_and_a_disabled_account_are_in_the_audit(identity, add, visit):
    """Nothing said when and from where a key was used, nor that somebody who was dismissed still tried."""
    visitor = await visit("chief", roles=["admin"])
    _, secret = await identity.keys.add(visitor, KeyData(title="x", scopes=["people.see"], days=1))
    for _ in range(3):
        assert await identity.keys.visitor(secret, "10.0.0.7")
    person = await add("li.na")
    await identity.people.set_enabled(system("test"), person.id, False)
    with pytest.raises(NotSignedIn):
        await identity.sessions.sign_in("li.na", PASSWORD, "10.0.0.8", BROWSER)
    rows = (await identity.audit.find(system("test"), AuditFilter())).rows
    found = [(row.action, row.login, row.address) for row in rows]
    assert found.count(("key.used", "chief", "10.0.0.7")) == 1
    assert ("session.refused", "li.na", "10.0.0.8") in found
