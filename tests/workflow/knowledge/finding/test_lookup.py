"""A flow asks the knowledge base what a citizen asks it, and is told nothing rather than something else."""

from dataclasses import replace

import pytest

from cti.base.numbers.number import Number
from ivr.conversation.port import Facts
from ivr.reach.lookups import LookupFailed, Lookups, Service
from tests.workflow.knowledge.finding.finder import Finder
from workflow.knowledge.finding import lookup
from workflow.knowledge.finding.misheard import Misheard

CALL = Facts("call", "phone", "city", "320404", Number.parse("13800000001"), Number.parse("12345"))


def service_on(finder: Finder) -> Service:
    return lookup.service(finder.finding, Misheard(finder.office.store, finder.keeper))


async def test_a_flow_is_told_the_passage_with_article_edition_and_score(finder: Finder) -> None:
    made = await finder.publish(title="公积金提取办理", body="<p>本人带身份证到窗口提取公积金，十五个工作日到账。</p>")
    hidden = await finder.publish(title="居住证内部口径", audience="inside", body="<p>居住证内部答复口径。</p>")
    await finder.told(made.id, hidden.id)
    lookups = Lookups()
    lookups.offer(service_on(finder))
    found = await lookups.ask(lookup.NAME, {"words": "公积金怎么提取"}, CALL)
    assert found is not None
    assert (found["title"], found["number"], found["edition"]) == (made.title, made.number, 1)
    assert "身份证" in found["passage"]
    assert lookup.SURE <= found["score"] <= 1
    assert await lookups.ask(lookup.NAME, {"words": "公积金提取要缴手续费吗", "least": 0.95}, CALL) is None
    for words in ("居住证内部口径", "宠物狗上户口", ""):
        assert await lookups.ask(lookup.NAME, {"words": words}, CALL) is None, words
    elsewhere = replace(CALL, region="510104")
    assert await lookups.ask(lookup.NAME, {"words": "公积金怎么提取"}, elsewhere) is None
    with pytest.raises(LookupFailed):
        await lookups.ask(lookup.NAME, {}, CALL)


async def test_a_flow_is_told_when_an_article_was_found_by_its_sound_alone(finder: Finder) -> None:
    shown = await finder.publish(title="医保卡丢了怎么补办", body="<p>到医保窗口补办。</p>")
    hidden = await finder.publish(title="护照怎么续签", body="<p>内部口径。</p>", audience="inside")
    await finder.told(shown.id, hidden.id)
    lookups = Lookups()
    lookups.offer(service_on(finder))
    for words, by_sound in (("医保卡丢了怎么补办", False), ("一包卡丢了怎么不办", True)):
        found = await lookups.ask(lookup.NAME, {"words": words}, CALL)
        assert found is not None
        assert (found["title"], found["by_sound"]) == (shown.title, by_sound)
    assert await lookups.ask(lookup.NAME, {"words": "胡饶怎么叙钱"}, CALL) is None, "what is for the staff alone"
    elsewhere = replace(CALL, region="510104")
    assert await lookups.ask(lookup.NAME, {"words": "一包卡丢了怎么不办"}, elsewhere) is None
