"""The assistant on a database: proposals beside a call, what became of them, models that are made and used."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.office.jobs.kinds import Hopeless
from cti.office.jobs.service import Jobs
from cti.office.records import Office
from cti.store.engine import Store
from tests.office import BOSS, EAST, WEST, office_on, visitor
from workflow.assistant.asking import Assistant
from workflow.assistant.counting import Counts
from workflow.assistant.filing import Filing
from workflow.assistant.gazetteer import Gazetteer, names_of
from workflow.assistant.learning.linear import read_model
from workflow.assistant.learning.worker import Card, Compared, Text, work
from workflow.assistant.models import ModelRow
from workflow.assistant.settings import AssistantSettings
from workflow.assistant.trained import Models
from workflow.assistant.training import TooLittle, Training, in_own_process, verdict
from workflow.assistant.understanding.places import Places
from workflow.assistant.understanding.said import Line
from workflow.assistant.views import CountQuery, ModelQuery, ReadBody
from workflow.tickets.texts import Registered, TicketText

CATEGORIES = {"c1": "城乡建设/供水/停水", "c2": "城乡建设/供电/停电", "c3": "交通运输/道路/路灯"}
WORDS = {"c1": "停水 水管 水压 自来水 水表", "c2": "停电 电线 电表 跳闸 变压器", "c3": "路灯 路面 坑洼 红绿灯 井盖"}
LETTERS = [chr(one) for one in range(0x4E00, 0x5200)]


class Texts:
    """Tickets that only a test makes."""

    def __init__(self) -> None:
        self.tickets: list[TicketText] = []
        self.kept: dict[str, Registered] = {}

    def fill(self, count: int, at: datetime, *, wrong: bool = False) -> None:
        rule = np.random.default_rng(len(self.tickets) + 1)
        names = list(WORDS)
        for number in range(count):
            own = names[number % 3]
            words = WORDS[own].split()
            said = "".join("".join(rule.choice(LETTERS, 8)) + str(rule.choice(words)) for _ in range(3))
            category = names[(number + 1) % 3] if wrong else own
            self.tickets.append(
                TicketText(
                    f"t{len(self.tickets)}", said[:12], said, "人民路盛世豪庭3号楼", category,
                    "water" if own == "c1" else "roads", at + timedelta(minutes=number),
                )
            )  # fmt: skip

    async def newest(self, most: int) -> AsyncIterator[list[TicketText]]:
        newest = sorted(self.tickets, key=lambda one: one.created_at, reverse=True)[:most]
        for at in range(0, len(newest), 50):
            yield newest[at : at + 50]

    async def categories(self) -> dict[str, str]:
        return CATEGORIES

    async def grounds(self) -> dict[str, str]:
        return {"c1": "城市供水条例"}

    async def registered(self, id: str) -> Registered:
        return self.kept[id]


async def here(path: Path, used: Path | None, lines: Sequence[Any], until: datetime | None) -> Card:
    """Trains without a process: what the process is for, one test alone shows."""
    texts = [Text(text=said, label=label, new=until is not None and at > until) for said, label, at in lines]
    model, card = work(texts, read_model(used) if used else None)
    path.write_bytes(model.to_bytes())
    return card


class OwnCalls:
    """One call, of the agent who is named."""

    async def need(self, asking: Any, id: str) -> Any:
        if id != "CALL" or asking.login != AGENT.login:
            raise NotFound("no_call", "没有这通电话，或不是您接听的")
        return SimpleNamespace(id=id)


AGENT = visitor("座席", "city", "assistant.use")
LEADER = visitor("班长", "city", "assistant.use", "assistant.models")


@dataclass
class House:
    office: Office
    texts: Texts
    filing: Filing
    gazetteer: Gazetteer
    counts: Counts
    assistant: Assistant
    models: Models
    training: Training

    async def cards(self) -> list[Any]:
        return sorted((await self.models.find(LEADER, ModelQuery())).items, key=lambda one: (one.purpose, one.number))


@pytest_asyncio.fixture
async def house(sqlite_store: Store, tmp_path: Path) -> House:
    office = await office_on(sqlite_store, "assistant")
    texts: Any = Texts()
    filing = Filing(office.store, office.clock, texts, tmp_path)
    gazetteer, counts = Gazetteer(office.store, "320400"), Counts(office, texts)
    await gazetteer.read()
    calls: Any = OwnCalls()
    jobs = Jobs(office.store, office.clock, Bus())
    training = Training(
        office, texts, filing, gazetteer, jobs, AssistantSettings(least_tickets=60, most_tickets=1000), here
    )
    assistant = Assistant(office, calls, filing, gazetteer, counts)
    return House(office, texts, filing, gazetteer, counts, assistant, Models(office, filing), training)


def by_field(reading: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in reading.proposals:
        found.setdefault(one.field, one)
    return found


NOTES = "我叫张伟，电话13800138000，住在溧阳市人民路18号，昨天开始停水，家里一滴水都没有，请尽快处理"


async def test_notes_become_proposals_with_the_words_they_rest_on(house: House) -> None:
    read = await house.assistant.read(AGENT, ReadBody(subject="CALL-2", notes=NOTES))
    found = by_field(read)
    assert found["caller_name"].value == "张伟"
    assert found["contact"].value == "13800138000"
    assert (found["place"].value, found["place"].shown) == ("320481", "江苏省常州市溧阳市")
    assert found["address"].value == "人民路18号"
    source = found["address"].sources[0]
    assert (source.of, NOTES[source.start : source.end]) == ("notes", source.words)
    assert found["category"].value == "c1"
    assert (found["category"].shown, found["category"].probability, read.learned) == (CATEGORIES["c1"], 0, False)
    assert "then_lead" not in found


async def test_what_the_agent_wrote_himself_is_not_written_again(house: House) -> None:
    read = await house.assistant.read(AGENT, ReadBody(subject="CALL", content="人民路18号停水两天"))
    found = by_field(read)
    assert "content" not in found
    assert found["address"].sources[0].of == "content"


async def test_an_account_that_was_taken_is_no_part_of_the_next(house: House) -> None:
    account = by_field(await house.assistant.read(AGENT, ReadBody(subject="CALL", notes=NOTES)))["content"].value
    taken = ReadBody(subject="CALL", notes=NOTES, content=account, title="停水")
    assert by_field(await house.assistant.read(AGENT, taken))["content"].value == account


async def test_words_of_the_talk_come_by_the_port(house: House) -> None:
    class Talk:
        async def so_far(self, call: str) -> list[Line]:
            assert call == "CALL"
            return [Line("agent", "您贵姓"), Line("caller", "免贵姓李"), Line("agent", "李女士您好")]

    house.assistant.words = Talk()
    found = by_field(await house.assistant.read(AGENT, ReadBody(subject="CALL")))
    assert (found["caller_name"].value, found["caller_gender"].value) == ("李女士", "female")
    assert found["caller_name"].sources[0].of == "talk"


async def test_the_call_of_another_is_read_for_nobody(house: House) -> None:
    with pytest.raises(NotFound):
        await house.assistant.read(LEADER, ReadBody(subject="CALL", notes=NOTES))
    with pytest.raises(NotAllowed):
        await house.assistant.read(visitor("看客", "city", "tickets.see"), ReadBody(subject="CALL", notes=NOTES))


async def test_what_was_kept_is_counted_by_field_once(house: House) -> None:
    await house.assistant.read(AGENT, ReadBody(subject="CALL", notes=NOTES))
    fields = {"caller_name": "张伟", "contact": "13900000000", "address": "", "place": "320481", "category": "c1"}
    house.texts.kept["T"] = Registered("city", "320400", fields)
    await house.counts.registered("CALL", "T")
    await house.counts.registered("CALL", "T")
    lines = {one.id: one for one in await house.counts.lines(LEADER, CountQuery())}
    assert (lines["caller_name"].proposed, lines["caller_name"].kept, lines["caller_name"].rate) == (1, 1, "100.0%")
    assert lines["contact"].changed == 1
    assert lines["address"].empty == 1
    assert await house.counts.lines(EAST, CountQuery()) == []


async def test_the_process_of_its_own_makes_a_model_and_refuses_too_little(house: House, tmp_path: Path) -> None:
    house.texts.fill(60, house.office.clock.wall())
    lines = [(one.content, one.category, one.created_at) for one in house.texts.tickets]
    card = await in_own_process(tmp_path / "made", None, lines, None)
    assert (card.texts, card.left_out, card.compared) == (60, 0, None)
    assert read_model(tmp_path / "made").rank("停水")[0].name == "c1"
    with pytest.raises(TooLittle, match="no class"):
        await in_own_process(tmp_path / "other", None, lines[:4], None)


async def test_a_model_is_made_and_answers_from_then_on(house: House) -> None:
    now = house.office.clock.wall()
    house.texts.fill(150, now - timedelta(days=2))
    await house.training.kind.work({"by": ""})
    cards = await house.cards()
    assert [(one.purpose, one.number, one.state) for one in cards] == [
        ("category", 1, "in_use"), ("department", 1, "in_use"),
    ]  # fmt: skip
    assert float(cards[0].first_rate.rstrip("%")) > 90
    assert cards[0].tickets == 150
    read = await house.assistant.read(AGENT, ReadBody(subject="CALL", notes="小区变压器坏了，跳闸停电"))
    found = by_field(read)
    assert read.learned
    assert found["category"].value == "c2"
    assert found["category"].probability > 0.5
    assert "then_lead" not in found, "no such organisation works here"
    assert house.gazetteer.places.known_at("盛世豪庭", 0) == "盛世豪庭"


async def test_a_worse_model_waits_and_people_change_models_and_back(house: House) -> None:
    now = house.office.clock.wall()
    house.texts.fill(150, now - timedelta(days=9))
    await house.training.kind.work({"by": ""})
    house.texts.fill(120, now - timedelta(days=1))
    await house.training.kind.work({"by": ""})
    first, second = [one for one in await house.cards() if one.purpose == "category"]
    assert {first.state, second.state} in ({"replaced", "in_use"}, {"in_use", "made"})
    assert "新登记的" in second.compared_words
    used = await house.models.use(LEADER, first.id if first.state != "in_use" else second.id)
    assert used.state == "in_use"
    states = [one.state for one in await house.cards() if one.purpose == "category"]
    assert sorted(states) == ["in_use", "replaced"]
    with pytest.raises(Conflict):
        await house.models.use(LEADER, used.id)
    with pytest.raises(NotAllowed):
        await house.models.use(AGENT, used.id)


async def test_too_few_tickets_make_no_model_and_say_so(house: House) -> None:
    house.texts.fill(20, house.office.clock.wall())
    with pytest.raises(Hopeless, match="少于 60"):
        await house.training.kind.work({"by": ""})
    assert await house.cards() == []


async def test_a_broken_file_is_told_and_names_serve_instead(house: House) -> None:
    house.texts.fill(90, house.office.clock.wall())
    await house.training.kind.work({"by": ""})
    async with house.office.store.reading() as session:
        ids = list(await session.scalars(select(ModelRow.id)))
    for id in ids:
        house.filing.path(id).write_bytes(b"nonsense")
    told: list[str] = []
    again = Filing(house.office.store, house.office.clock, house.texts, house.filing.folder.parents[1])  # type: ignore[arg-type]
    again.told = told.append
    await again.refresh()
    assert "not the file that was made" in told[-1]
    assert again.categories("停水了") and not again.has("category")


async def test_a_house_without_categories_proposes_none(house: House) -> None:
    house.texts.categories = _none  # type: ignore[method-assign]
    read = await house.assistant.read(AGENT, ReadBody(subject="CALL", notes=NOTES))
    assert "category" not in by_field(read)


async def _none() -> dict[str, str]:
    return {}


def test_the_verdict_on_a_new_model() -> None:
    assert verdict(False, None)[0]
    assert not verdict(True, None)[0]
    assert not verdict(True, Compared(texts=5, new=1.0, used=0.1))[0]
    assert not verdict(True, Compared(texts=50, new=0.8, used=0.81))[0]
    assert verdict(True, Compared(texts=50, new=0.81, used=0.81))[0]


def test_names_before_a_house_number_are_gathered() -> None:
    assert list(names_of("人民路盛世豪庭3号楼2单元", Places("411100"))) == ["盛世豪庭"]
    assert list(names_of("人民路锦绣花园3号楼", Places("411100"))) == ["锦绣花园"]
    assert list(names_of("人民路3号", Places("411100"))) == []
    assert list(names_of("银鸽小区3号楼", Places("411100"))) == []


async def test_rows_of_the_house_are_read_by_who_keeps_models(house: House) -> None:
    house.texts.fill(90, house.office.clock.wall())
    await house.training.kind.work({"by": ""})
    for asking in (BOSS, LEADER):
        assert len((await house.models.find(asking, ModelQuery(purpose="category"))).items) == 1
    with pytest.raises(NotAllowed):
        await house.models.find(visitor("看客", "west", "assistant.use"), ModelQuery())
    assert WEST.organisation == "west"
