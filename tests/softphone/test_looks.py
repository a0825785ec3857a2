"""Who sees a whole number or hears a recording stands in the audit; others see it masked."""

from datetime import UTC, datetime

import aiohttp
import pytest
from sqlalchemy import select

from cti.office.identity.models import AuditRow
from cti.store.columns import Base
from cti.store.engine import Store
from cti.store.models import CallRow, RecordingRow
from tests.engine_without_switch import engine_without_switch, signed_in

CALL = "01JD0000000000000000000001"
OTHER = "01JD0000000000000000000002"
NOW = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


def call(id, region, organisation, agents):
    empty = {one.key: "" for one in CallRow.__table__.columns if not one.nullable and one.server_default is None}
    return CallRow(
        **{
            **empty, "id": id, "caller": "13800000001", "caller_kind": "mobile", "caller_index": "13800000001",
            "caller_last_four": "13800000001", "arrived_at": NOW, "ended_at": NOW, "agents": agents, "recordings": [],
            "state": "ended", "called": "12345", "region": region, "organisation": organisation, "data": "",
        }
    )  # fmt: skip


@pytest.fixture
async def house(tmp_path, monkeypatch):
    """A house with a call and a recording of its own and one call of another county."""
    async with engine_without_switch(tmp_path / "data", monkeypatch) as (engine, url):
        store = engine.services.need(Store)
        (tmp_path / "data" / "recordings").mkdir(exist_ok=True)
        (tmp_path / "data" / "recordings" / "one.wav").write_bytes(b"RIFF" + bytes(60))
        recording = RecordingRow(
            id=CALL, call=CALL, agent="1001", leg="", path="one.wav", started_at=NOW, state="stored",
            organisation="city", region="320400",
        )  # fmt: skip
        assert Base.metadata.tables
        async with store.writing() as session:
            session.add_all(
                [call(CALL, "320400", "city", ["1001"]), call(OTHER, "320413", "there", ["3001"]), recording]
            )
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            yield client, url, store


async def looks(store):
    async with store.reading() as session:
        wanted = select(AuditRow).where(
            AuditRow.action.in_(["personal.revealed", "personal.seen", "recording.listened"])
        )
        return [(one.login, one.action, one.subject) for one in await session.scalars(wanted)]


async def test_numbers_and_recordings(house):
    client, url, store = house
    boss, clerk = await signed_in(url, "8001"), await signed_in(url, "1001")

    async def ask(method, path, headers):
        async with client.request(method, url + path, headers=headers) as response:
            return response.status, await response.json() if "json" in response.content_type else None

    _, listed = await ask("GET", "/api/calls", boss)
    assert [(one["id"], one["caller"]) for one in listed["items"]] == [(CALL, "13800000001")]
    assert await looks(store) == [("8001", "personal.seen", f"call:{CALL}")]
    _, listed = await ask("GET", "/api/calls?agent=1001", clerk)
    assert {one["caller"] for one in listed["items"]} <= {"138****0001"}
    assert len(await looks(store)) == 1
    assert (await ask("POST", f"/api/calls/{OTHER}/number", boss))[0] == 404
    admin = await signed_in(url, "admin")
    assert await ask("POST", f"/api/calls/{CALL}/number", admin) == (200, {"caller": "13800000001"})
    assert (await ask("GET", f"/api/recordings/{CALL}/audio", boss))[0] == 200
    assert (await ask("GET", f"/api/recordings/{CALL}/audio", boss))[0] == 200
    assert (await looks(store))[1:] == [
        ("admin", "personal.revealed", f"call:{CALL}"),
        # Who fetches the whole of it twice has listened twice.
        *[("8001", "recording.listened", f"recording:{CALL}")] * 2,
    ]
