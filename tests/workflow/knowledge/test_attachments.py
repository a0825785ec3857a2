"""Attachments of an edition stay with its readers whatever editors do to the draft, until another is approved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cti.office.files.service import Files
from cti.office.files.views import RemovedQuery
from cti.store.engine import Store
from tests.workflow.knowledge.knowledge_town import AGENT, EDITOR, REVIEWER, KnowledgeTown
from tests.workflow.knowledge.test_documents import upload
from workflow.knowledge.views import ArticleFields

LONG = timedelta(days=400)


@pytest.fixture
async def town(store: Store) -> KnowledgeTown:
    found = await KnowledgeTown.on(store)
    found.office.need(Files).held.append(found.published.holds)
    return found


async def with_file(town: KnowledgeTown) -> tuple[str, str]:
    token = await upload(town, "办理指南.txt", "先申请".encode())
    body = ArticleFields.model_validate({"title": "公积金提取", "body": "<p>见附件</p>", "category": town.category})
    made = await town.articles.create(EDITOR, body, {"files": {"files": [token]}})
    await town.act(EDITOR, made.id, "submit")
    await town.act(REVIEWER, made.id, "approve")
    (file,) = await files_of(town, made.id)
    return made.id, file


async def files_of(town: KnowledgeTown, id: str) -> list[str]:
    """What readers are shown."""
    (part,) = town.published.parts
    found = next(one for one in part.routes(town.published, "/x") if (one.method, one.path) == ("GET", "/x/{id}/files"))
    return [one.id for one in (await found.handler(AGENT, id, RemovedQuery())).items]


async def remove(town: KnowledgeTown, id: str, file: str) -> None:
    files = town.office.need(Files)
    async with town.office.store.writing() as session:
        files.remove(EDITOR, await files.one(session, "article", id, file, lock=True))


async def test_a_file_that_an_editor_removes_stays_with_the_readers_until_the_next_edition(town: KnowledgeTown) -> None:
    id, file = await with_file(town)
    await town.act(EDITOR, id, "change")
    await remove(town, id, file)
    assert await files_of(town, id) == [file]
    await town.wait(LONG)
    await town.office.need(Files).sweep()
    assert await files_of(town, id) == [file]
    async with town.office.store.reading() as session:
        row = await town.office.need(Files).one(session, "article", id, file)
    assert (await town.office.need(Files).content(row)).is_file(), "an edition is kept whole"
    await town.act(EDITOR, id, "submit")
    await town.act(REVIEWER, id, "approve")
    assert await files_of(town, id) == []


async def test_who_gives_his_changes_up_has_the_files_again(town: KnowledgeTown) -> None:
    id, file = await with_file(town)
    await town.act(EDITOR, id, "change")
    await remove(town, id, file)
    await town.act(EDITOR, id, "discard")
    await town.act(EDITOR, id, "change")
    await town.act(EDITOR, id, "submit")
    await town.act(REVIEWER, id, "approve")
    assert await files_of(town, id) == [file]


async def test_an_edition_that_is_brought_back_brings_its_files(town: KnowledgeTown) -> None:
    id, file = await with_file(town)
    await town.act(EDITOR, id, "change")
    await remove(town, id, file)
    await town.act(EDITOR, id, "submit")
    await town.act(REVIEWER, id, "approve")
    await town.act(EDITOR, id, "change")
    await town.editions.bring_back(EDITOR, id, 1)
    await town.act(EDITOR, id, "submit")
    await town.act(REVIEWER, id, "approve")
    assert await files_of(town, id) == [file]
