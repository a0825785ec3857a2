import pytest
from sqlalchemy import delete, update

from cti.identity import seals
from cti.identity.models import AuditHead, AuditRow
from cti.identity.seals import FILE
from cti.identity.visitor import system
from cti.store.cipher import Cipher
from tests.cti.identity.conftest import data

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


@pytest.mark.parametrize("change", ["hash", "signature", "line", "key"])
async def test_a_changed_seal_is_named(identity, sealed, change, suite):
    lines = sealed.read_text().splitlines()
    if change == "line":
        lines[0] = "{}"
    elif change == "key":
        found = seals._read(sealed)[0]
        head = AuditHead(id=1, sequence=found.sequence, entries=found.entries, hash=found.hash, seal="")
        sealed.unlink()
        seals._append(sealed, seals._signed(Cipher(b"x" * 32, suite), found.at, head))
        lines = [sealed.read_text().strip(), lines[1]]
    else:
        at = lines[0].index(f'"{change}":"') + len(change) + 8
        lines[0] = lines[0][:at] + ("A" if lines[0][at] != "A" else "B") + lines[0][at + 1 :]
    sealed.write_text("\n".join(lines) + "\n")
    proof = await identity.seals.verify()
    assert [kind for kind, _ in told(proof)] == ["head"]
