"""Hot words: kept by people, put in place in talks, marked there, and only where they belong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.store.engine import Store
from ivr.recognition.expected import ExpectedWords
from ivr.recognition.repair import Repair
from tests.office import BOSS, EAST, WEST, office_on, visitor
from workflow.tickets.models import TicketCategoryRow
from workflow.tickets.texts import TicketTexts
from workflow.transcripts.hot_word_views import HotWordBatch, HotWordFields, HotWordQuery, TryWords
from workflow.transcripts.hot_words import HotWords
from workflow.transcripts.lines import Line
from workflow.transcripts.masking import HIDDEN, Masker
from workflow.transcripts.wording import Wording

BEGAN = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Sources:
    """What other modules offer."""

    def __init__(self) -> None:
        self.expected = ExpectedWords()
        self.words = ["阳光花园", "很长很长的一个知识标题不是一个词也没有人会这样说"]
        self.expected.offer("地名", self._read)
        self.expected.offer("坏的", self._fail)

    async def _read(self) -> list[str]:
        return self.words

    async def _fail(self) -> list[str]:
        raise OSError("gone")


@pytest_asyncio.fixture
async def sources() -> Sources:
    return Sources()


@pytest_asyncio.fixture
async def hot_words(store: Store, sources: Sources) -> AsyncIterator[HotWords]:
    made = HotWords(await office_on(store, "transcripts"), sources.expected)
    await made.load()
    yield made


async def test_a_word_is_added_changed_and_removed_and_talks_follow_at_once(hot_words: HotWords) -> None:
    assert hot_words.wording("city").worded("攻击金").text == "攻击金"
    made = await hot_words.create(BOSS, HotWordFields(word="公积金", weight=50))
    said = hot_words.wording("city").worded("我要取攻击金三百块", tuple(float(at) for at in range(9)))
    assert said.text == "我要取公积金300块"
    assert said.repairs == (Repair(3, 6, "攻击金"),)
    assert said.times == (0, 1, 2, 3, 4, 5, 6, 6, 7, 8)
    assert hot_words.wording("city").hints == {"公积金": 50}
    await hot_words.edit(BOSS, made.id, 1, HotWordFields(word="公基金", weight=9))
    assert hot_words.wording("city").worded("攻击金").text == "公基金"
    await hot_words.remove(BOSS, made.id)
    assert hot_words.wording("city").worded("攻击金").text == "攻击金"


async def test_words_of_a_county_are_its_own_and_the_city_s_are_all_counties(hot_words: HotWords) -> None:
    await hot_words.create(BOSS, HotWordFields(word="公积金"))
    await hot_words.create(EAST, HotWordFields(word="窨井盖"))
    for organisation, text in (("east", "公积金窨井盖"), ("west", "公积金阴井盖"), ("city", "公积金窨井盖")):
        assert hot_words.wording(organisation).worded("攻击金阴井盖").text == text
    assert [one.word for one in (await hot_words.find(WEST, HotWordQuery())).items] == []
    (mine,) = (await hot_words.find(EAST, HotWordQuery(search="井盖"))).items
    with pytest.raises(NotFound):
        await hot_words.get(WEST, mine.id)
    with pytest.raises(NotAllowed):
        await hot_words.create(visitor("nobody", "city", "calls.see"), HotWordFields(word="公积金"))


async def test_many_are_added_at_once_and_each_that_is_not_is_told(hot_words: HotWords) -> None:
    told = await hot_words.add_many(
        BOSS, HotWordBatch(words="公积金 50\n\n社保卡，30\n公积金\nabc\n工单 0\n窨井盖\n单")
    )
    assert told.added == 3
    assert [one[:5] for one in told.refused] == ["第 4 行", "第 5 行", "第 6 行", "第 8 行"]
    assert "已添加 3 个热词，4 行未添加" in told.words
    assert not any(code in told.words for code in ("taken", "word:", "weight:"))
    assert {one.word: one.weight for one in (await hot_words.find(BOSS, HotWordQuery())).items} == {
        "公积金": 50, "社保卡": 30, "窨井盖": 20,
    }  # fmt: skip
    assert hot_words.wording("city").worded("设保卡").text == "社保卡"
    assert "“设保卡”改为“社保卡”" in (await hot_words.attempt(BOSS, TryWords(text="设保卡"))).words
    with pytest.raises(NotAllowed):
        await hot_words.add_many(visitor("nobody", "city", "hot_words.see"), HotWordBatch(words="公积金"))


async def test_what_is_no_word_and_what_is_there_is_refused(hot_words: HotWords) -> None:
    await hot_words.create(BOSS, HotWordFields(word="公积金"))
    with pytest.raises(Conflict):
        await hot_words.create(BOSS, HotWordFields(word="公积金"))
    with pytest.raises(Invalid):
        await hot_words.create(BOSS, HotWordFields(word="VIP卡"))


async def test_what_other_modules_know_is_known_and_their_failure_is_none_of_talks(
    hot_words: HotWords, sources: Sources
) -> None:
    assert hot_words.wording("city").worded("住在阳光华园").text == "住在阳光花园"
    assert hot_words.wording("city").hints == {}, "only what people chose is told to recognisers"
    sources.words.append("幸福里小区")
    assert hot_words.wording("city").worded("幸福里晓区").text == "幸福里晓区"
    await hot_words.load()
    assert hot_words.wording("city").worded("幸福里晓区").text == "幸福里小区"


async def test_names_of_departments_are_known(hot_words: HotWords) -> None:
    titles = [one.title for one in hot_words._tree.values()]
    assert titles
    vocabulary = hot_words.wording("city").vocabulary
    assert all(vocabulary.repaired(one) == (one, []) for one in titles)


def test_a_grouped_mobile_number_beside_a_card_stays_readable() -> None:
    line = Line(1, "caller", "", BEGAN, 9.0, "电话138 0000 0001，身份证320102199003076518")
    (told,) = Masker().take(line)
    assert told.text == f"电话138 0000 0001，身份证{HIDDEN * 18}"
    said = ("320102", "19900307", "6518", "谢谢")
    pieces = [Line(n, "caller", "", BEGAN + timedelta(seconds=2 * n), 1.5, text) for n, text in enumerate(said)]
    masker = Masker()
    found = {told.number: told.text for one in pieces for told in masker.take(one)}
    assert found[0] == HIDDEN * 6
    assert found[1] == HIDDEN * 8


def test_without_words_numbers_alone_are_written() -> None:
    assert Wording().worded("二零二六年").text == "2026年"


async def test_the_ticket_desk_offers_the_names_of_its_categories(store: Store) -> None:
    office = await office_on(store, "tickets")
    async with store.writing() as session:
        now = office.clock.wall()
        for number, name in enumerate(("城市管理", "路灯照明")):
            row = TicketCategoryRow(id=f"{number:026}", organisation="city", region="320400", name=name, initials="")
            row.version, row.created_at, row.updated_at, row.place = 1, now, now, number
            session.add(row)
    assert sorted(await TicketTexts(store).category_names()) == ["城市管理", "路灯照明"]
