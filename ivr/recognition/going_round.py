"""Whether a text goes round in a circle: a model that is led by a tone or by noise says one piece again and again."""

from __future__ import annotations

import re

SHORTEST = 12
"""Signs of a circle, so that 对对对对 stays; digits are never one, since there are numbers such as 88888888."""
SHARE = 0.6
"""Of the whole text, from which on the text is nothing but its circle."""
_CIRCLE = re.compile(r"(\D{1,8}?)\1{3,}")


def goes_round(text: str) -> bool:
    """Whether one piece of up to eight signs, said four times or more in a row, is most of the text."""
    longest = max((len(one.group()) for one in _CIRCLE.finditer(text)), default=0)
    return longest >= SHORTEST and longest >= SHARE * len(text)
