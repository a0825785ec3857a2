import asyncio
from datetime import timedelta

import pydantic
import pytest

from cti.base.clock import VirtualClock
from cti.base.http.routes import PUBLIC, SIGNED_IN, Body, Route
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.web.host import Web
from cti.web.kept_answers import ABANDONED, KEPT, Claim, KeptAnswer, KeptAnswers


class Tree(Body):
    kind: str = pydantic.Field(min_length=2)


class Orchard:
    """Counts what is really planted."""

    def __init__(self):
        self.planted = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def plant(self, visitor: Visitor, body: Tree) -> dict[str, int]:
        await self.gate.wait()
        if body.kind == "weed":
            raise Conflict("weed", "不能种")
        if body.kind == "bomb":
            raise RuntimeError
        self.planted.append(body.kind)
        return {"number": len(self.planted)}

    async def water(self, visitor: Visitor) -> None:
        self.planted.append("water")

    async def enter(self, body: Tree) -> dict[str, int]:
        self.planted.append(body.kind)
        return {"number": len(self.planted)}


@pytest.fixture
def orchard():
    return Orchard()


@pytest.fixture
async def web(sessions, orchard, sqlite_store):
    clock = VirtualClock()
    host = Web(sessions, answers=KeptAnswers(sqlite_store, clock))
    host.add(
        [
            Route("POST", "/api/trees", orchard.plant, "agent.work", "", 201),
            Route("POST", "/api/water", orchard.water, SIGNED_IN, ""),
            Route("POST", "/api/enter", orchard.enter, PUBLIC, ""),
        ]
    )
    await host.start("127.0.0.1", 0)
    yield host
    await host.stop()


async def plant(browse, key, kind="oak", token="agent", path="/api/trees"):
    response = await browse("POST", path, token, json={"kind": kind}, headers={"Idempotency-Key": key})
    return response.status, await response.json(), response.headers.get("Idempotent-Replayed")


async def test_the_same_request_again_gives_the_same_answer_and_is_done_once(browse, orchard):
    assert await plant(browse, "k1") == (201, {"number": 1}, None)
    assert await plant(browse, "k1") == (201, {"number": 1}, "true")
    assert await plant(browse, "k2") == (201, {"number": 2}, None)
    assert orchard.planted == ["oak", "oak"]


async def test_keys_belong_to_a_person_and_public_routes_have_none(browse, orchard):
    assert (await plant(browse, "k1"))[1] == {"number": 1}
    assert (await plant(browse, "k1", token="other"))[1] == {"number": 2}
    for number in (3, 4):
        assert (await plant(browse, "k1", token=None, path="/api/enter"))[1] == {"number": number}


async def test_another_body_under_the_same_key_is_a_conflict(browse, orchard):
    await plant(browse, "k1")
    status, problem, _ = await plant(browse, "k1", "elm")
    assert (status, problem["code"], problem["field"]) == (409, "idempotency_key_reused", "Idempotency-Key")
    assert orchard.planted == ["oak"]


async def test_what_was_refused_or_failed_may_be_tried_again(browse, orchard):
    for kind, status in (("weed", 409), ("bomb", 500), ("x", 422)):
        assert (await plant(browse, "k1", kind))[0] == status
    assert await plant(browse, "k1") == (201, {"number": 1}, None)


async def test_twice_at_the_same_moment_is_done_once(browse, orchard):
    orchard.gate.clear()
    first = asyncio.create_task(plant(browse, "k1"))
    await asyncio.sleep(0.2)
    status, problem, _ = await plant(browse, "k1")
    assert (status, problem["code"]) == (409, "idempotency_in_progress")
    orchard.gate.set()
    assert (await first)[:2] == (201, {"number": 1})
    assert (await plant(browse, "k1"))[1:] == ({"number": 1}, "true")


async def test_an_answer_without_content_is_kept_too(browse, orchard):
    for replayed in (None, "true"):
        response = await browse("POST", "/api/water", "agent", headers={"Idempotency-Key": "k"})
        assert (response.status, response.headers.get("Idempotent-Replayed")) == (204, replayed)
    assert orchard.planted == ["water"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "é"])
async def test_a_key_that_is_none_is_refused(browse, orchard, key):
    with pytest.raises(Invalid):
        Claim.of("p", key)
    if key.isascii():
        assert (await plant(browse, key))[0] == 422
    assert orchard.planted == []


async def test_answers_expire_and_so_does_the_work_of_an_engine_that_died(store):
    clock = VirtualClock()
    answers = KeptAnswers(store, clock)
    claim, other = Claim.of("p", "k", b"body"), Claim.of("p", "k2", b"body")
    answer = KeptAnswer(201, '{"密码": 1}'.encode())
    assert await answers.begin(claim) is None
    await answers.keep(claim, answer)
    assert await answers.begin(other) is None
    clock.advance(ABANDONED.total_seconds() - 1)
    assert await answers.begin(claim) == answer
    with pytest.raises(Conflict):
        await answers.begin(other)
    clock.advance(2)
    assert await answers.begin(other) is None
    clock.advance((KEPT - timedelta(minutes=4)).total_seconds())
    assert await answers.begin(claim) is None


async def test_what_is_kept_is_sealed(sqlite_store):
    answers = KeptAnswers(sqlite_store, VirtualClock())
    claim = Claim.of("p", "k")
    await answers.begin(claim)
    await answers.keep(claim, KeptAnswer(201, b"a fresh password"))
    async with sqlite_store.engine.connect() as connection:
        assert "fresh" not in str((await connection.exec_driver_sql("SELECT * FROM answers")).all())
