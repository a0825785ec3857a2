"""Loads the course that comes with the house: categories, questions, a text with its pictures, a paper."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydantic
from ruamel.yaml import YAML

from cti.base.http.routes import Route
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.files.putting import put_bytes
from cti.office.files.service import Files
from cti.office.tree.views import TreeFields
from workflow.training.bank.categories import Categories
from workflow.training.bank.questions import QUESTIONS, Questions
from workflow.training.bank.views import QuestionFields
from workflow.training.courses.materials import Materials
from workflow.training.courses.views import MATERIALS, MaterialFields
from workflow.training.exams.papers import Papers
from workflow.training.exams.views import PaperFields
from workflow.training.rules import EDIT, OPTIONS

FILE = Path(__file__).parent / "agent_course.yaml"
PICTURES = FILE.parent / "pictures"
"""Of the console as it is: a desk, its parts and some pages, with made-up people."""
PICTURE = re.compile(r'(?<=src=")([a-z]+\.webp)(?=")')
"""A picture in the text, by its file's name."""
DRAWN = (("single", 15, 2.0), ("judge", 10, 2.0), ("multiple", 5, 4.0))
"""The paper of its exam: kind, how many, points of each."""


class CourseQuestion(pydantic.BaseModel):
    """A question of the file: category, kind, stars, text, options, answer, explanation."""

    c: str
    k: str
    s: int
    q: str
    o: list[str] = []
    a: str
    e: str

    def body(self, category: str) -> QuestionFields:
        """As the bank takes it."""
        options = {f"option_{letter.lower()}": text for letter, text in zip(OPTIONS, self.o, strict=False)}
        return QuestionFields.model_validate(
            {
                "category": category, "kind": self.k, "text": self.q, "answer": self.a, "explanation": self.e,
                "stars": self.s, "keywords": ["系统操作"], **options,
            }
        )  # fmt: skip


class CourseFile(pydantic.BaseModel):
    """The file."""

    title: str
    category: str
    about: str
    minutes: int
    text: str
    questions: list[CourseQuestion]


class Loaded(pydantic.BaseModel):
    """What came of it."""

    words: str


def read() -> CourseFile:
    """The course as the file has it."""
    return CourseFile.model_validate(YAML(typ="safe").load(FILE))


class Loading:
    """Whoever may keep training loads it; what is there already stays as it is, so that it can be done again."""

    def __init__(self, categories: Categories, questions: Questions, materials: Materials, papers: Papers) -> None:
        self._categories, self._questions = categories, questions
        self._materials, self._papers = materials, papers

    async def load(self, visitor: Visitor) -> Loaded:
        """All of it, into the visitor's organisation."""
        visitor.need(EDIT)
        file, added = await asyncio.to_thread(read), 0
        top = await self._category(visitor, file.category, None)
        places = {
            one: await self._category(visitor, one, top) for one in dict.fromkeys(one.c for one in file.questions)
        }
        for one in file.questions:
            added += await _unless_there(self._questions.create(visitor, one.body(places[one.c])))
        text = {
            "medium": "reading", "title": file.title, "category": top, "minutes": file.minutes,
            "keywords": ["系统操作", "入门"], "credits": 2,
        }  # fmt: skip
        await self._material(visitor, text, file.text)
        drawn = [{"category": top, "kind": kind, "count": count, "points": points} for kind, count, points in DRAWN]
        paper = {"title": f"{file.title}结业卷", "way": "drawn", "drawn": drawn, "note": file.about[:500]}
        await _unless_there(self._papers.create(visitor, PaperFields.model_validate(paper)))
        if not added:
            return Loaded(words="座席课程已经在题库中")
        return Loaded(words=f"已载入 {added} 道题、阅读资料“{file.title}”和一份试卷，可以组成课程或发布考试")

    async def _category(self, visitor: Visitor, name: str, parent: str | None) -> str:
        nodes = await self._categories.nodes(visitor)
        found = [one.id for one in nodes if one.name == name and one.parent == parent]
        return found[0] if found else (await self._categories.create(visitor, TreeFields(name=name, parent=parent))).id

    async def _material(self, visitor: Visitor, fields: Mapping[str, Any], text: str) -> None:
        """The text with its pictures, which are files of the material, as those that somebody puts in by hand."""
        materials, files = self._materials, self._materials.office.need(Files)
        found = await asyncio.to_thread(
            lambda: {name: (PICTURES / name).read_bytes() for name in PICTURE.findall(text)}
        )
        tokens = [await put_bytes(files.uploads, visitor, name, data) for name, data in found.items()]
        try:
            made = await materials.create(visitor, MaterialFields(**fields), {"files": {"files": tokens}})
        except Conflict:
            for token in tokens:
                await files.uploads.drop(visitor, token)
            return
        async with materials.office.store.reading() as session:
            kept = {one.name: one.id for one in await files.of(session, materials.kind, made.id)}
        at = f"{MATERIALS}/{made.id}/files"
        whole = PICTURE.sub(lambda name: f"{at}/{kept[name[0]]}/content?inline=true", text)
        await materials.edit(visitor, made.id, made.version, MaterialFields(**fields, about=whole))
        await materials.step(visitor, made.id, "open")


async def _unless_there(made: Any) -> bool:
    try:
        await made
    except Conflict:
        return False
    return True


def routes(loading: Loading) -> list[Route]:
    """One."""

    async def load(visitor: Visitor) -> Loaded:
        return await loading.load(visitor)

    return [Route("POST", f"{QUESTIONS}/agent_course", load, EDIT, "载入座席课程")]
