"""When each character of a text was said, from when each of a recogniser's tokens was."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence

NOT_A_CHARACTER = "\ufffd"
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")


def characters_of(decode: Callable[[list[int]], str], tokens: Sequence[int]) -> list[int]:
    """For each character of the text of `tokens`, without spaces, the number of the token with which it begins.

    A character may need several tokens: until the last of them is there, they decode to what is no character.
    """
    found: list[int] = []
    pending: list[int] = []
    for number, token in enumerate(tokens):
        pending.append(token)
        text = decode(pending)
        if NOT_A_CHARACTER in text and number + 1 < len(tokens):
            continue
        first = number + 1 - len(pending)
        found += [first] * sum(1 for one in text if not one.isspace() and one != NOT_A_CHARACTER)
        pending = []
    return found


def lowest(characters: Sequence[int], values: Sequence[float]) -> list[float]:
    """For each character the lowest of the values of its tokens."""
    begins = sorted({*characters, len(values)})
    ends = dict(itertools.pairwise(begins))
    return [min(values[one : ends[one]]) for one in characters]


def spread(characters: Sequence[int], began: Mapping[int, float], length: int, seconds: float) -> list[float]:
    """When each of `length` characters began, never before the one ahead of it, in `seconds` of sound.

    `began` has the second of each token, `characters` the token of each character as recognised. Where the text has
    become shorter or longer since (simplified, numbers in digits), the times are spread over it evenly.
    """
    if not characters or not length:
        return []
    times: list[float] = []
    at = 0.0
    for number, token in enumerate(characters):
        at = max(at, min(began.get(token, at), seconds))
        # Characters of one token are said one after the other.
        if number and characters[number - 1] == token:
            last = min(began.get(token + 1, seconds), seconds)
            left = sum(1 for one in characters[number:] if one == token)
            at = max(at, times[-1] + max(0.0, last - times[-1]) / (left + 1))
        times.append(at)
    if len(times) == length:
        return [round(one, 2) for one in times]
    return [round(times[min(len(times) - 1, number * len(times) // length)], 2) for number in range(length)]


def evenly(length: int, seconds: float) -> list[float]:
    """When each of `length` characters began, where nothing is known of them but that they took `seconds`."""
    return [round(number * seconds / length, 2) for number in range(length)]


def of_letters(text: str, marks: Sequence[float], seconds: float) -> list[float]:
    """When each character of `text` began, from when each letter and digit was; punctuation has no moment of its own.

    Where their number does not fit, the characters are spread evenly.
    """
    if sum(one.isalnum() for one in text) != len(marks):
        return evenly(len(text), seconds)
    left = iter(marks)
    at, times = 0.0, []
    for one in text:
        if one.isalnum():
            at = max(at, min(next(left), seconds))
        times.append(round(at, 2))
    return times


def of_words(text: str, marks: Sequence[float], seconds: float) -> list[float]:
    """The same from when each word began: a Chinese character, or a row of other letters and digits."""
    words = _WORD.findall(text)
    if len(words) != len(marks):
        return evenly(len(text), seconds)
    ends = [*marks[1:], seconds]
    letters = [
        begin + max(0.0, end - begin) * at / len(word)
        for word, begin, end in zip(words, marks, ends, strict=True)
        for at in range(len(word))
    ]
    return of_letters(text, letters, seconds)
