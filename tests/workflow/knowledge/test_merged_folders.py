"""Folders of documents as a merged hotline's source: each path is one article, again as its next edition."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from cti.base.refusal import Invalid
from cti.office.imports.views import Cells
from cti.store.engine import Store
from tests.workflow.knowledge.dying_reader import DEADLY
from tests.workflow.knowledge.knowledge_town import EDITOR, KnowledgeTown
from tests.workflow.knowledge.test_documents import WORD, a_bomb, a_pdf, a_word_of, locked
from tests.workflow.knowledge.test_merged_hotlines import Merging, counts
from workflow.knowledge.hotlines import folder
from workflow.knowledge.hotlines.folder import FolderReader, origin_of
from workflow.knowledge.hotlines.imports import HotlineImportFields
from workflow.knowledge.hotlines.models import HotlineImportRow

TEXT = "带身份证到窗口办理，十五个工作日办结".encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


@pytest.fixture
async def merging(sqlite_store: Store, tmp_path: Path) -> Merging:
    return Merging(await KnowledgeTown.on(sqlite_store), tmp_path)


async def run(merging: Merging, hotline: str, data: bytes, act: str = "take") -> HotlineImportRow:
    merging.file.write_bytes(data)
    id = (await merging.imports.create(EDITOR, HotlineImportFields(title="资料", hotline=hotline))).id
    return await merging.go(id, act)


async def faults(merging: Merging, done: HotlineImportRow) -> dict[str, str]:
    found = await merging.imports.faults(EDITOR, done.id, 1, 50)
    return {one.field: one.detail for one in found.items}


async def rows(path: Path, data: bytes, reader: str = folder.READER) -> list[Cells]:
    path.write_bytes(data)
    return [one async for one in folder.read(path, reader)]


async def test_a_path_is_one_article_and_again_its_next_edition(merging: Merging) -> None:
    town = merging.town
    hotline = await merging.hotline(category=town.category, keep_tree=True, columns=[])
    files = {"养老/待遇/高龄津贴.docx": WORD, "养老/时间.pdf": a_pdf(), "说明.txt": TEXT}
    assert counts(await run(merging, hotline, packed(files), "look")) == ("looked", 3, 0, 0, 0)
    assert await merging.articles() == {}
    done = await run(merging, hotline, packed(files))
    assert counts(done) == ("done", 3, 0, 0, 0)
    assert await faults(merging, done) == {"养老/待遇/高龄津贴.docx": "图片 1 张未导入"}
    found = await merging.articles()
    assert set(found) == set(files)
    word = found["养老/待遇/高龄津贴.docx"]
    assert (word.title, word.titles["category"]) == ("高龄津贴", "社会保障/养老/待遇")
    assert "<h2>办理流程</h2>" in word.body and "<table>" in word.body and "<img" not in word.body
    assert found["说明.txt"].titles["category"] == "社会保障"
    assert "Opening hours" in found["养老/时间.pdf"].body
    assert counts(await run(merging, hotline, packed(files))) == ("done", 0, 0, 3, 0)
    later = await run(merging, hotline, packed({**files, "说明.txt": TEXT + b"!", "养老/新.txt": TEXT}))
    assert counts(later) == ("done", 1, 1, 2, 0)
    assert "没有的知识 3 条" in (await run(merging, hotline, packed({"说明.txt": TEXT}))).message


async def test_a_folder_goes_the_whole_way_and_says_how_much_it_holds(merging: Merging) -> None:
    """From the first count of what is there: a packed folder is no spreadsheet with rows to count."""
    hotline, told = await merging.hotline(columns=[]), list[str]()
    merging.file.write_bytes(packed({"养老/时间.txt": TEXT, "养老/": b"", "说明.txt": TEXT, "~$说明.docx": b"x"}))
    id = (await merging.imports.create(EDITOR, HotlineImportFields(title="资料", hotline=hotline))).id
    await merging.imports.begin(EDITOR, id, "look")

    @asynccontextmanager
    async def plain(id: str) -> AsyncIterator[Path]:
        yield merging.file

    async def changed(ids: Sequence[str]) -> None:
        told.append((await merging.imports.get(EDITOR, ids[0])).message)

    merging.imports._plain = plain  # type: ignore[method-assign] # what files do is theirs to test
    merging.imports.changed = changed  # type: ignore[method-assign]
    await merging.imports.go_through(EDITOR, id)
    assert told[0] == "共 2 个文件"
    done = await merging.imports.get(EDITOR, id)
    assert (done.state, done.good, done.bad) == ("looked", 2, 0), done.message


async def test_a_book_in_a_folder_is_an_article_for_each_chapter(merging: Merging) -> None:
    """Chapters of one title are told apart, the next document goes on behind them, and nothing comes twice."""
    hotline = await merging.hotline(columns=[])
    long = "办" * 70_000
    book = a_word_of([f"甲{long}", f"乙{long}", f"丙{long}"], "总则")
    files = {"办事/手册.docx": book, "说明.txt": TEXT}
    assert counts(await run(merging, hotline, packed(files))) == ("done", 4, 0, 0, 0)
    found = await merging.articles()
    chapters = ["总则", "总则（2）", "总则（3）"]
    assert set(found) == {*(f"办事/手册.docx#{one}" for one in chapters), "说明.txt"}
    second = found["办事/手册.docx#总则（2）"]
    assert second.title == "手册 总则（2）" and "乙办" in second.body and "甲办" not in second.body
    assert counts(await run(merging, hotline, packed(files))) == ("done", 0, 0, 4, 0)


async def test_what_cannot_be_read_is_named_and_stops_no_other(merging: Merging) -> None:
    hotline = await merging.hotline(columns=[])
    files = {
        "坏的.pdf": a_pdf()[:300], "密.pdf": a_pdf(locked()), "大.docx": a_bomb(), "图.png": b"\x89PNG\r\n\x1a\n",
        "空.txt": b" ", "好的.txt": TEXT, "__MACOSX/好的.txt": TEXT, "~$好的.docx": b"x",
        f"{'深' * 310}/好的.txt": TEXT,
    }  # fmt: skip
    done = await run(merging, hotline, packed(files))
    assert counts(done) == ("done", 1, 0, 0, 6)
    told = await faults(merging, done)
    assert set(told) >= {"坏的.pdf", "密.pdf", "大.docx", "图.png", "空.txt"}
    assert (told["坏的.pdf"], told["大.docx"]) == ("文件内容损坏或有密码", "文件过大")
    assert "不能导入这种文件" in told["图.png"]
    assert set(await merging.articles()) == {"好的.txt"}


async def test_a_document_that_ends_the_reader_is_one_wrong_row(tmp_path: Path) -> None:
    files = {"a.txt": TEXT, f"b/{DEADLY}": TEXT, "c.txt": TEXT}
    found = await rows(tmp_path / "z.zip", packed(files), "tests.workflow.knowledge.dying_reader")
    assert [number for number, _ in found] == [1, 2, 3, 4]
    assert found[2][1] == [f"b/{DEADLY}", "", "", "", "文件过大，或处理时间过长"]
    assert "窗口" in found[3][1][2]


async def test_names_as_a_chinese_windows_packs_them(tmp_path: Path) -> None:
    name = "养老/怎么领.txt"
    data = packed({"x" * len(name.encode("gb18030")): TEXT}).replace(
        b"x" * len(name.encode("gb18030")), name.encode("gb18030")
    )
    assert (await rows(tmp_path / "z.zip", data))[1][1][0] == name


async def test_a_table_is_still_a_table_and_rubbish_is_none(merging: Merging, tmp_path: Path) -> None:
    merging.file.write_bytes(b"rubbish")
    assert not folder.is_folder(merging.file)
    (tmp_path / "a.docx").write_bytes(WORD)
    assert not folder.is_folder(tmp_path / "a.docx")
    with pytest.raises(Invalid, match="不是有效的"):
        await rows(tmp_path / "z.zip", b"rubbish")


def test_a_long_path_has_an_id_of_its_own() -> None:
    long, other = (f"{at}/{'很长的文件夹' * 30}/指南.docx" for at in "ab")
    assert len({origin_of(long), origin_of(other)}) == 2 and {len(origin_of(long)), len(origin_of(other))} == {80}
    assert origin_of("a/b.docx") == "a/b.docx"
    said, wrong = FolderReader().read([long, "", "<p>带身份证</p>", "", ""])
    assert said is not None and said.title == "指南" and wrong == []
