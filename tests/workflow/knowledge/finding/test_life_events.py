"""Life events: where an article is filed by them, it is found by them, by the staff and by the public."""

from __future__ import annotations

from cti.office.tree.views import Move
from tests.workflow.knowledge.finding.finder import Finder, titles
from tests.workflow.knowledge.knowledge_town import AGENT, EDITOR


async def test_results_are_narrowed_by_a_life_event_and_those_below_it(finder: Finder) -> None:
    tree = finder.life_events
    birth = (await tree.create(EDITOR, tree.fields(name="出生"))).id
    papers = (await tree.create(EDITOR, tree.fields(name="出生登记", parent=birth))).id
    old = (await tree.create(EDITOR, tree.fields(name="退休"))).id
    first = await finder.publish(title="新生儿落户", life_event=papers)
    second = await finder.publish(title="退休人员落户", life_event=old)
    third = await finder.publish(title="其他落户")
    await finder.told(first.id, second.id, third.id)

    page = await finder.find(AGENT, "落户")
    assert page.total == 3
    (facet,) = (one for one in page.facets if one.key == "life_event")
    assert (facet.title, {one.title: one.count for one in facet.values}) == (
        "人生事件", {"出生": 1, "出生/出生登记": 1, "退休": 1},
    )  # fmt: skip
    assert titles(await finder.find(AGENT, "落户", life_event=birth)) == ["新生儿落户"]
    assert [one.id for one in (await finder.published.find(AGENT, finder.published.query(life_event=old))).items] == [
        second.id
    ]

    # Another father in the tree: what is below goes with it.
    await finder.articles_of.moved()
    await tree.move(EDITOR, papers, Move(parent=old, version=(await tree.get(EDITOR, papers)).version))
    await finder.told(*await finder.articles_of.moved([papers]))
    assert titles(await finder.find(AGENT, "落户", life_event=birth)) == []
    assert set(titles(await finder.find(AGENT, "落户", life_event=old))) == {"新生儿落户", "退休人员落户"}
