"""How long an SMS is and in how many parts it goes and is paid (3GPP TS 23.038, 23.040 9.2.3.24.1)."""

from __future__ import annotations

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
ONE, SEVERAL = {True: 160, False: 70}, {True: 153, False: 67}
"""Characters of a text in one part and in each of several, in the GSM alphabet or not (UCS-2)."""


@dataclass(frozen=True, slots=True)
class Size:
    """Characters, as the network counts them, and parts."""

    characters: int
    parts: int


def size_of(text: str) -> Size:
    """The size of a text as an SMS."""
    gsm = all(one in BASIC or one in EXTENDED for one in text)
    characters = sum(2 if one in EXTENDED else 1 for one in text) if gsm else len(text.encode("utf-16-be")) // 2
    if characters <= ONE[gsm]:
        return Size(characters, 1)
    return Size(characters, -(-characters // SEVERAL[gsm]))
