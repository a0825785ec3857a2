"""Previews, drawn by a process of their own; SQLite, for the database has no part in it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from PIL import Image

from cti.base.ciphers.sealed_files import is_sealed
from cti.office.files import draw
from cti.store.engine import Store
from tests.cti.office.boxes import Depot, depot
from tests.cti.office.files.samples import docx, pdf, picture, xlsx

__all__ = ["depot"]


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


async def test_pictures_documents_and_texts_are_shown_without_being_saved(depot: Depot) -> None:
    box = await depot.box()

    async def ask(content: bytes, name: str, what: str) -> tuple[int, object]:
        made = await depot.attach(box, content, name)
        return await depot.ask("GET", f"/{box}/files/{made['id']}/{what}", "looker")

    status, thumbnail = await ask(picture(size=(4000, 1000)), "a.png", "thumbnail")
    assert status == 200 and isinstance(thumbnail, bytes) and Image.open(io.BytesIO(thumbnail)).size == (240, 60)
    paper = pdf("first", "second", "third")
    assert await ask(paper, "a.pdf", "pages") == (200, {"pages": 3})
    status, page = await ask(paper, "b.pdf", "pages/3")
    assert status == 200 and isinstance(page, bytes) and Image.open(io.BytesIO(page)).width == 1400
    status, said = await ask(docx("路灯坏了", "<script>alert(1)</script>"), "a.docx", "text")
    assert status == 200 and isinstance(said, dict)
    assert "<p>路灯坏了</p>" in said["html"] and "<script" not in said["html"]
    status, said = await ask(xlsx([["姓名", "件数"], ["王芳", 3]]), "a.xlsx", "text")
    assert isinstance(said, dict) and said["sheets"][0]["rows"] == [["姓名", "件数"], ["王芳", "3"]]
    status, said = await ask("第一行\n".encode("gb18030"), "a.csv", "text")
    assert isinstance(said, dict) and said["text"] == "第一行\n"
    kept = list((depot.data / ".files" / "previews").iterdir())
    assert kept and all(is_sealed(one) for one in kept), "what a preview shows lies nowhere in clear"


async def test_what_cannot_be_drawn_is_told_and_not_tried_again(depot: Depot, monkeypatch: pytest.MonkeyPatch) -> None:
    box = await depot.box()
    made = await depot.attach(box, picture()[:200] + bytes(200), "broken.png")
    for _ in range(2):
        status, said = await depot.ask("GET", f"/{box}/files/{made['id']}/thumbnail")
        assert (status, said["code"]) == (409, "no_preview")
        monkeypatch.setattr("sys.executable", "/nowhere/python")  # The second time nothing is started.
    monkeypatch.undo()
    locked = await depot.attach(box, b"%PDF-1.4\n" + bytes(500), "locked.pdf")
    assert (await depot.ask("GET", f"/{box}/files/{locked['id']}/pages"))[0] == 409
    assert (await depot.ask("GET", f"/{box}/files/{locked['id']}/pages/0"))[0] == 409


def test_bombs_are_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(draw.UNPACKED + 1))
    with pytest.raises(draw.TooLarge):
        draw.text(draw.WORD, bomb.getvalue())
    with pytest.raises(Image.DecompressionBombWarning):
        draw.picture("image/png", picture("PNG", (12_000, 12_000), "white"), 1, 240)


def test_a_sheet_is_cut_where_it_is_too_long() -> None:
    about, drawn = draw.text(draw.EXCEL, xlsx([[n, "x" * 500] for n in range(draw.ROWS + 5)]))
    [sheet] = json.loads(drawn)
    assert about["cut"] and len(sheet["rows"]) == draw.ROWS and len(sheet["rows"][0][1]) == draw.CELL
