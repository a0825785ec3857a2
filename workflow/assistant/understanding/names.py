"""The caller's name, and his sex by how he is addressed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from workflow.assistant.understanding.lists import words
from workflow.assistant.understanding.places import Places
from workflow.assistant.understanding.said import CLAUSE_ENDS, Line, Piece, Proposal, pieces

DOUBLE = words("surnames_of_two")
SINGLE = frozenset(words("surnames"))
_FOLLOW = frozenset(words("after_names"))
"""What follows a name rather than belonging to it."""
_ROADS = words("roads_everywhere")
_CALLED = re.compile(
    r"(?:我(?:的)?名字(?:是|叫)|我的?姓名(?:是)?|我就?叫|我是叫|本人(?:叫|姓名)?|姓名(?:是)?|名字(?:叫|是)|诉求人|来电人|市民|联系人(?:是|叫)?|我是)"
)
_SURNAME = re.compile(r"(?:免贵姓|我姓|姓)")
_HONORIFIC = re.compile(r"(先生|女士|小姐|大姐|大妈|阿姨|大爷|大叔|大哥|老师|同志|师傅)")
SEXES = {
    "先生": "male", "大爷": "male", "大叔": "male", "大哥": "male",
    "女士": "female", "小姐": "female", "大姐": "female", "大妈": "female", "阿姨": "female",
}  # fmt: skip
_ADDRESSING = re.compile(r"^(?:好的?|嗯|那|行|请问|您好|你好|哎|对)*$")


def surname_at(text: str, at: int) -> str:
    """The surname that begins there, or nothing."""
    if text[at : at + 2] in DOUBLE:
        return text[at : at + 2]
    return text[at] if at < len(text) and text[at] in SINGLE else ""


def name_at(text: str, at: int) -> str:
    """The whole name that begins there, or nothing: a surname, one or two characters, and then something else."""
    surname = surname_at(text, at)
    if not surname:
        return ""
    given = ""
    for one in text[at + len(surname) : at + len(surname) + 2]:
        if one in _FOLLOW or not "一" <= one <= "龥":
            break
        given += one
    return surname + given if given else ""


def told_apart(line: Line, places: Places) -> Line:
    """The line with a break where somebody tells his name and in the same breath where it is: 我叫梁伟人民路…"""
    ends = (_before_place(line.text, cue.end(), places) for cue in _CALLED.finditer(line.text))
    return replace(line, breaks=tuple(end for end in ends if end))


def _before_place(text: str, at: int, places: Places) -> int:
    """Where a name that begins there ends because a place begins that is known; 0 where none does."""
    surname = surname_at(text, at)
    for end in [at + len(surname) + given for given in (1, 2)] if surname else []:
        if text.startswith(_ROADS, end) or places.known_at(text, end) or places.division_at(text, end):
            return end
    return 0


def names(lines: Sequence[Line]) -> Iterator[Proposal]:
    """Whole names first said by the caller of himself, then surnames with how he is addressed."""
    partly: list[Proposal] = []
    for piece in pieces(lines, CLAUSE_ENDS):
        if piece.side != "agent":
            yield from _told(piece)
        partly += _surnames(piece)
    # With how he is addressed rather than without.
    yield from sorted(partly, key=lambda one: -len(one.value))


def _told(piece: Piece) -> Iterator[Proposal]:
    for cue in _CALLED.finditer(piece.text):
        at = cue.end() + (piece.text[cue.end() : cue.end() + 1] == " ")
        name = name_at(piece.text, at)
        if not name or (piece.text[at + len(name) :].startswith(("先生", "女士", "小姐")) and len(name) < 2):
            continue
        # Of "I am …" and "citizen …" much else can follow: then only a name that ends with the words counts.
        loose = cue.group() in ("我是", "本人", "市民", "诉求人", "来电人")
        rest = piece.text[at + len(name) :]
        if loose and rest[:1] and rest[0] not in _FOLLOW and not rest.startswith(tuple(SEXES)):
            continue
        if loose and _is_word(name):
            continue
        yield Proposal("caller_name", name, (piece.span(at, at + len(name)),))


_WORDS = words("like_names")
"""Words that begin like a name."""


def _is_word(name: str) -> bool:
    return name.startswith(_WORDS)


def _surnames(piece: Piece) -> Iterator[Proposal]:
    for cue in _SURNAME.finditer(piece.text):
        if piece.side == "agent" or (cue.group() == "姓" and not _own(piece.text, cue.start())):
            continue
        surname = surname_at(piece.text, cue.end())
        if surname:
            start = cue.end()
            sex = _HONORIFIC.match(piece.text, start + len(surname))
            value = surname + (sex.group() if sex else "")
            yield Proposal("caller_name", value, (piece.span(start, start + len(value)),))
    for sex in _HONORIFIC.finditer(piece.text):
        start = sex.start()
        for length in (2, 1):
            if (
                start >= length
                and surname_at(piece.text, start - length)
                and len(surname_at(piece.text, start - length)) == length
            ):
                begin = start - length
                if piece.side == "agent" and _ADDRESSING.match(piece.text[:begin]):
                    yield Proposal("caller_name", piece.text[begin : sex.end()], (piece.span(begin, sex.end()),))
                break


def _own(text: str, at: int) -> bool:
    return text[:at].strip() in ("", "我", "免贵", "我是", "本人", "哦", "嗯", "啊", "呃")


def sexes(lines: Sequence[Line]) -> Iterator[Proposal]:
    """By how the agent addresses him, or he himself says."""
    for piece in pieces(lines, CLAUSE_ENDS):
        for found in _HONORIFIC.finditer(piece.text):
            sex = SEXES.get(found.group(), "")
            before = piece.text[: found.start()]
            if sex and (_addressed(before) if piece.side == "agent" else _of_himself(before, piece.side == "typed")):
                yield Proposal("caller_gender", sex, (piece.span(found.start(), found.end()),))


def _addressed(before: str) -> bool:
    """Nothing stands before but a greeting and a surname or whole name."""
    if _ADDRESSING.match(before):
        return True
    cuts = [len(before) - length for length in (1, 2, 3) if len(before) >= length]
    return any(surname_at(before, cut) and _ADDRESSING.match(before[:cut]) for cut in cuts)


def _of_himself(before: str, typed: bool) -> bool:
    cues = ("我姓", "免贵姓", "姓", "我是", "我叫", "叫我", "本人") + (
        ("市民", "来电人", "诉求人", "", "反映人") if typed else ()
    )
    for length in (3, 2, 1):
        if len(before) >= length and surname_at(before, len(before) - length):
            rest = before[: len(before) - length]
            if any(rest.endswith(cue) if cue else not rest for cue in cues):
                return True
    return False
