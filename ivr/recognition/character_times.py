"""When each character of a text was said, from when each of a recogniser's tokens was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

NOT_A_CHARACTER = "\ufffd"


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
