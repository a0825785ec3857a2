import asyncio
import contextlib
import json

import msgspec
import pytest
from sqlalchemy import delete, select, update

from cti.base.ciphers.cipher import Cipher
from cti.base.settings import AuditSettings
from cti.base.visitor import system
from cti.office.identity.audit import seals
from cti.office.identity.audit.seal_copies import SealCopies
from cti.office.identity.audit.seals import FILE, Seals
from cti.office.identity.models import AuditHead, AuditRow
from tests.cti.office.identity.conftest import data

ROOT = system("root")


@pytest.fixture(params=["international", "sm"])
def suite(request):
    return request.param


@pytest.fixture
async def sealed(identity, store, clock):
    """An audit that was sealed twice."""
    for number in range(2):
        await identity.people.add(ROOT, data(f"person{number}"))
        clock.advance(60)
        assert await identity.seals.add() is not None
    return store.data / FILE


def told(proof):
    return [(one.kind, one.first) for one in proof.findings]


async def test_seals_are_signed_by_the_settings_algorithm_and_lie_apart(identity, sealed, suite):
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert sealed.read_text().count(f'"suite":"{suite}"') == 2
    assert await identity.seals.add() is None, "nothing new"
    proof = await identity.seals.verify()
    assert (proof.seals, proof.findings) == (2, ())


async def test_a_chain_made_anew_with_the_key_itself_contradicts_its_seals(identity, store, sealed):
    async with store.writing() as session:
        first = await session.scalar(AuditRow.__table__.select().with_only_columns(AuditRow.sequence).limit(1))
        await session.execute(delete(AuditRow))
        await session.execute(update(AuditHead).values(sequence=0, entries=0, hash="", seal=""))
    await identity.audit.begin()
    for number in range(8):
        await identity.people.add(ROOT, data(f"other{number}"))
    assert first and (await identity.audit.verify()).findings == (), "the chain alone does not tell"
    assert [kind for kind, _ in told(await identity.seals.verify())] == ["changed", "changed"]
    assert [kind for kind, _ in told(await identity.seals.verify_against(sealed))] == ["changed", "changed"]


@pytest.mark.parametrize("change", ["hash", "signature", "line", "key"])
async def test_a_changed_seal_is_named(identity, sealed, change, suite):
    lines = sealed.read_text().splitlines()
    if change == "line":
        lines[0] = "{}"
    elif change == "key":
        found = seals._seal(seals._lines(sealed)[0])
        head = AuditHead(id=1, sequence=found.sequence, entries=found.entries, hash=found.hash, seal="")
        sealed.unlink()
        seals._append(sealed, msgspec.json.encode(seals._signed(Cipher(b"x" * 32, suite), found.at, head, 1, "")))
        lines = [sealed.read_text().strip(), lines[1]]
    else:
        at = lines[0].index(f'"{change}":"') + len(change) + 8
        lines[0] = lines[0][:at] + ("A" if lines[0][at] != "A" else "B") + lines[0][at + 1 :]
    sealed.write_text("\n".join(lines) + "\n")
    proof = await identity.seals.verify()
    assert {kind for kind, _ in told(proof)} == {"seal"}


async def whole(identity):
    """Kinds of everything that is found."""
    return {kind for proof in (await identity.audit.verify(), await identity.seals.verify()) for kind, _ in told(proof)}


async def test_newer_entries_that_were_taken_back_with_the_old_end_are_named(identity, store, sealed):
    """Whoever deleted the newer entries and put back the end of before was told to have a whole audit."""
    async with store.reading() as session:
        head = (await session.execute(select(AuditHead.__table__))).mappings().one()
    for number in range(3):
        await identity.people.add(ROOT, data(f"later{number}"))
    await identity.seals.add()
    async with store.writing() as session:
        await session.execute(delete(AuditRow).where(AuditRow.sequence > head["sequence"]))
        await session.execute(update(AuditHead).values(**head))
    assert (await identity.audit.verify()).findings == (), "the chain alone does not tell"
    found = (await identity.seals.verify()).findings
    assert [(one.kind, one.first, one.last) for one in found] == [
        ("rolled_back", head["sequence"], head["sequence"] + 3)
    ]


@pytest.mark.parametrize("lines", [[1], [0], []])
async def test_seals_that_were_taken_away_are_named(identity, sealed, lines):
    """Removed lines of the file of seals, and the whole file removed, went unseen."""
    kept = [sealed.read_text().splitlines(keepends=True)[one] for one in lines]
    if kept:
        sealed.write_text("".join(kept))
    else:
        sealed.unlink()
    found = (await identity.seals.verify()).findings
    assert {one.kind for one in found} == {"seal"} and any("missing" in one.told for one in found)


async def test_a_copy_elsewhere_proves_what_nothing_here_does(identity, store, sealed, tmp_path):
    """Database and files put back together to an old state contradict nothing but the copy."""
    copy = tmp_path / "copy.log"
    async with store.reading() as session:
        head = (await session.execute(select(AuditHead.__table__))).mappings().one()
    before = sealed.read_text()
    await identity.people.add(ROOT, data("later"))
    await identity.seals.add()
    copy.write_text("".join(f"Nov 27 04:00 host hotline: {line}\n" for line in sealed.read_text().splitlines()))
    assert (await identity.seals.verify_against(copy)).findings == ()
    async with store.writing() as session:
        await session.execute(delete(AuditRow).where(AuditRow.sequence > head["sequence"]))
        await session.execute(update(AuditHead).values(**head))
    sealed.write_text(before)
    assert await whole(identity) == set()
    assert [kind for kind, _ in told(await identity.seals.verify_against(copy))] == ["seal", "rolled_back"]


async def test_a_lost_end_is_named_and_work_goes_on(identity, store, sealed):
    """Whoever deleted the record of the chain's end stopped the house: each change ended in a traceback."""
    heard = []
    identity.audit.on_fault = heard.append
    async with store.writing() as session:
        await session.execute(delete(AuditHead))
    assert await whole(identity) == {"head"}
    await identity.audit.begin()
    await identity.people.add(ROOT, data("later"))
    assert len(heard) == 1
    assert "head" in await whole(identity), "it is not forgotten by what comes after"
    assert any("gone" in one.told for one in (await identity.audit.verify()).findings)


async def test_many_who_find_the_end_lost_at_once_make_one_anew(identity, store, sealed):
    heard = []
    identity.audit.on_fault = heard.append
    async with store.writing() as session:
        await session.execute(delete(AuditHead))
    await asyncio.gather(*(identity.audit.look(ROOT, "personal.seen", f"call:{one}") for one in range(12)))
    assert len(heard) == 1
    proof = await identity.audit.verify()
    assert [one.told for one in proof.findings if "gone" in one.told] == [one.told for one in proof.findings]
    assert len(proof.findings) == 1


async def test_an_end_that_goes_back_raises_an_alarm_at_once(identity, store, sealed):
    heard = []
    identity.audit.on_fault = heard.append
    async with store.reading() as session:
        head = (await session.execute(select(AuditHead.__table__))).mappings().one()
    await identity.people.add(ROOT, data("later"))
    async with store.writing() as session:
        await session.execute(delete(AuditRow).where(AuditRow.sequence > head["sequence"]))
        await session.execute(update(AuditHead).values(**head))
    await identity.people.add(ROOT, data("after"))
    assert len(heard) == 1 and "退回" in heard[0]


async def test_what_is_undone_is_no_rollback(identity, store, sealed):
    heard = []
    identity.audit.on_fault = heard.append
    for _ in range(2):
        with contextlib.suppress(ZeroDivisionError):
            async with store.writing() as session:
                await identity.audit.write(session, ROOT, "person.added", "person:x")
                raise ZeroDivisionError
    await identity.people.add(ROOT, data("after"))
    assert heard == [] and await whole(identity) == set()


async def test_a_seal_comes_after_so_many_entries(identity, store, clock):
    """Seals came each six hours: what was written since could be taken back unseen."""
    seals = Seals(store, clock, identity.audit, AuditSettings(seal_entries=3, seal_minutes=60))
    running = asyncio.create_task(seals.run())
    try:
        await asyncio.sleep(0.05)
        for number in range(3):
            await identity.people.add(ROOT, data(f"person{number}"))
        async with asyncio.timeout(10):
            while not (await seals.verify()).seals or await seals.add() is not None:
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
    lines = (store.data / FILE).read_text().splitlines()
    assert json.loads(lines[-1])["entries"] >= 3


@pytest.mark.parametrize("kind", ["udp", "tcp"])
async def test_seals_are_copied_to_another_machine_by_syslog(identity, sealed, store, clock, kind):
    got, states = bytearray(), []

    class Receiver(asyncio.DatagramProtocol):
        def datagram_received(self, data, address):
            got.extend(data)

    async def connected(reader, writer):
        while more := await reader.read(4096):
            got.extend(more)
        writer.close()

    loop = asyncio.get_running_loop()
    if kind == "udp":
        transport, _ = await loop.create_datagram_endpoint(Receiver, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
    else:
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
    copies = SealCopies(AuditSettings(syslog=f"{kind}://127.0.0.1:{port}"), store.data, clock)
    copies.on_state = states.append
    lines = [(number, line) for number, line in enumerate(sealed.read_bytes().splitlines(), 1)]
    assert await copies.send(lines) and await copies.send(lines)
    async with asyncio.timeout(5):
        while lines[-1][1] not in got:
            await asyncio.sleep(0.02)
    assert got.count(b"hotline") == 2 and got.count(b"audit-seal - {") == 2, "each once"
    assert b"<109>1 " in got and states == []
    transport.close() if kind == "udp" else server.close()


async def test_a_copy_that_fails_is_told_and_sent_later(identity, sealed, store, clock):
    states = []
    copies = SealCopies(AuditSettings(syslog="tcp://127.0.0.1:9"), store.data, clock)
    copies.on_state = states.append
    lines = [(1, sealed.read_bytes().splitlines()[0])]
    assert not await copies.send(lines) and not await copies.send(lines)
    assert len(states) == 1 and states[0]
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    copies._address = copies._address._replace(netloc=f"127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert await copies.send(lines)
    assert states[-1] == "" and (store.data / "audit-seals.sent").read_text() == "1"
    server.close()
