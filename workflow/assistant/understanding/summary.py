"""A clean account in the third person of what a citizen said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workflow.assistant.understanding.lists import pairs, words
from workflow.assistant.understanding.said import SENTENCE_ENDS, Line, Piece, Proposal, pieces

_FILLERS = words("fillers")
_ENDING = re.compile(r"[啊呀呢嘛哈呗]+$")
_STUTTER = re.compile(
    r"(我们|他们|这个|那个|就是|然后|因为|现在|我|你|他|她|它|就|在|这|那|是|的|有|没|不|跟|把|让|说)(?:[，、]?\1)+"
)
_COURTESY = re.compile(
    r"^(?:喂|(?:您|你)好(?:呀|啊)?|谢谢(?:您|你)?|麻烦(?:了|您了|你了)|辛苦了|好的?|好吧|行吧?|可以|对+|是的?|嗯+|没有?了|"
    r"就这些|就这样|再见|拜拜|不客气|尊敬的.{0,8}|请领导.{0,6}|领导(?:您|你)?好|能?听得?到吗|(?:是|请问)?(?:12345|热线))[吗吧啊呀]?$"
)
_SELF = re.compile(
    r"^(?:喂|[您你]好)*(?:我(?:的)?名字(?:是|叫)|我叫|我姓|免贵姓|姓|我的?姓名"
    r"|(?:我的?)?(?:联系)?(?:手机|电话)(?:号码?)?(?:是|：|(?=[\d一二三四五六七八九零幺]))).{0,24}$"
)
_LEADING = re.compile(r"^(?:那个|这个(?=我|他|就)|那(?=我|他|就|你)|然后|就是|所以说?|而且|还有就是|另外|反正)+")
"""What only leads from one clause to the next."""
_PERSONS = pairs("persons")
"""Words of the first and second person, and what a third says; the longer first."""
_HELD = "\ue000"
"""Stands for a first person that stays one, as in 自我."""
OPENINGS = {
    "enquiry": "市民咨询：", "help": "市民求助：", "complaint": "市民投诉：", "report": "市民举报：",
    "suggestion": "市民建议：", "praise": "市民表扬：", "": "市民反映：",
}  # fmt: skip
_BEGINS = re.compile(
    r"^(?:其?(?:就是|是)?(?:想|要)?(?:来)?(?:咨询|反映|投诉|举报|了解|请问|问|说|求助)(?:一下|个|下)?"
    r"(?:关于|情况|问题|事情|个事)*[，：]*|请问(?:一下)?，?)"
)


def accounts(lines: Sequence[Line], kind: str = "") -> Iterator[Proposal]:
    """One account of what the citizen said, or none where nothing of it tells of a matter.

    No word in it but what was said, the opening, and what stands for persons.
    """
    told: list[str] = []
    spans = []
    for piece in pieces(lines, SENTENCE_ENDS):
        clean = sentence(piece) if piece.side != "agent" else ""
        if clean and clean not in told:
            told.append(clean)
            spans.append(piece.span(0, len(piece.text)))
    if told:
        told[0] = _BEGINS.sub("", told[0]) or told[0]
        yield Proposal("content", OPENINGS.get(kind, OPENINGS[""]) + "；".join(told) + "。", tuple(spans))


def sentence(piece: Piece) -> str:
    """A sentence without what tells nothing, in the third person; empty where nothing is left."""
    kept = []
    for part in re.split(r"[，,、]", piece.text):
        clean = _STUTTER.sub(r"\1", "".join(part.split()))
        for filler in _FILLERS:
            clean = clean.replace(filler, "")
        if piece.side == "caller":
            clean = _ENDING.sub("", _LEADING.sub("", clean))
        if clean and not is_empty(clean):
            kept.append(clean)
    whole = "，".join(kept)
    return third_person(whole).strip("，") if len(whole) > 2 else ""


def is_empty(clause: str) -> bool:
    """Whether it is a courtesy, or says who is speaking, and tells nothing of a matter."""
    return bool(_COURTESY.match(clause) or _SELF.match(clause))


def third_person(said: str) -> str:
    """First and second person turned into the third."""
    said = said.replace(_HELD, "")
    for mine, theirs in _PERSONS:
        said = said.replace(mine, theirs)
    return said.replace(_HELD, "我")
