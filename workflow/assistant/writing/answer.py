"""What a language model may answer: checked for its form, and that it tells no number which nobody said."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pydantic

from workflow.assistant.understanding.said import Line

_DIGITS = re.compile(r"\d{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f<>]")


class NotWritten(Exception):
    """There is nothing to be used; the message says why, to people."""


class Written(pydantic.BaseModel):
    """The fields that it writes: text and nothing else; where a request goes is none of them."""

    model_config = pydantic.ConfigDict(extra="ignore", str_strip_whitespace=True)

    title: str = pydantic.Field(default="", max_length=60)
    content: str = pydantic.Field(min_length=4, max_length=4_000)
    address: str = pydantic.Field(default="", max_length=200)
    caller_name: str = pydantic.Field(default="", max_length=20)
    keywords: list[str] = pydantic.Field(default=[], max_length=6)


def read_answer(said: str, lines: Sequence[Line]) -> Written:
    """Of the answer's words. NotWritten for anything else than such an object, and for invented numbers."""
    begin, end = said.find("{"), said.rfind("}")
    if begin < 0 or end < begin:
        raise NotWritten("大模型的回答不是要求的格式")
    try:
        found = Written.model_validate_json(_CONTROL.sub("", said[begin : end + 1].replace("\n", " ")))
    except pydantic.ValidationError:
        raise NotWritten("大模型的回答不是要求的格式") from None
    source = "".join(one.text for one in lines)
    for part in (found.title, found.content, found.address, *found.keywords):
        for digits in _DIGITS.findall(part):
            if digits not in source:
                raise NotWritten("大模型的回答中有通话里没有的数字")
    if found.caller_name and found.caller_name not in source:
        found = found.model_copy(update={"caller_name": ""})
    return found
