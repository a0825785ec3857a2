"""First letters of the pinyin of a name, as people type them: 重庆银行 is `cqyh`."""

from __future__ import annotations


def initials(name: str) -> str:
    """Letters and digits of the name, small, with the first letter of each character; what has none is left out."""
    # Its dictionary takes 60 MB: not before the first name is written.
    from pypinyin import Style, lazy_pinyin

    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return "".join(letter for letter in letters.lower() if letter.isascii() and letter.isalnum())
