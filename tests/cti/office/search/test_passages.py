"""Passages: where the words stand, marked, whatever their width and case; pieces put together are the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cti.office.search.passages import has_hit, passage


def shown(text: str, words: str) -> str:
    return "".join(f"[{one.text}]" if one.hit else one.text for one in passage(text, words))


def test_the_words_are_marked_with_some_text_around_them() -> None:
    assert shown("延陵路路灯不亮", "路灯") == "延陵路[路灯]不亮"
    assert shown("换了ＨＧＳＴ硬盘", "hgst") == "换了[ＨＧＳＴ]硬盘"
    assert shown("𠮷田路的灯", "𠮷田 灯") == "[𠮷田]路的[灯]"
    assert shown("㍿的ﬃ灯", "株式 灯") == "[㍿]的ﬃ[灯]", "one character may stand for several"
    assert shown("没有的", "路灯") == "没有的"
    long = "前" * 100 + "井盖" + "后" * 100
    assert shown(long, "井盖") == "…" + "前" * 16 + "[井盖]" + "后" * 72 + "…"
    assert has_hit(long, "井盖") and not has_hit(long, "路灯")


@given(st.text(max_size=80), st.text(max_size=6))
def test_the_pieces_of_a_short_text_are_the_text(text: str, words: str) -> None:
    assert "".join(one.text for one in passage(text, words)) == " ".join(text.split())
