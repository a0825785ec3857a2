from hypothesis import given
from hypothesis import strategies as st

from cti.office.search.tokens import code_tokens, query_phrases, text_tokens


def found(words: str, text: str, codes: tuple[str, ...] = ()) -> bool:
    """Whether an index of these tokens would find the text: each phrase as neighbours, `*` as a beginning."""
    tokens = [*code_tokens(list(codes)), *text_tokens(text)]

    def at(place: int, phrase: list[str]) -> bool:
        here = tokens[place : place + len(phrase)]
        return len(here) == len(phrase) and all(
            token.startswith(one[:-1]) if one.endswith("*") else token == one
            for token, one in zip(here, phrase, strict=True)
        )

    phrases = query_phrases(words)
    return bool(phrases) and all(any(at(place, one) for place in range(len(tokens))) for one in phrases)


def test_a_text_is_found_by_any_part_of_it() -> None:
    text = "这是一个测试文档，关于HGST硬盘与公积金提取（2026年）"
    for words in ("测试", "试", "档", "一个测试文档", "hgst", "HGST硬盘", "ＨＧＳＴ", "hg", "公积金 2026", "取"):
        assert found(words, text), words
    for words in ("文测", "公金", "硬盘驱动", "gst", "", "，", "公积金 2025"):
        assert not found(words, text), words


def test_rare_characters_are_found_like_all_others() -> None:
    assert found("𠮷", "村长叫𠮷田")
    assert found("𠮷田", "村长叫𠮷田")
    assert found("㐂", "㐂来饭店")
    assert not found("吉田", "村长叫𠮷田")


def test_telephone_and_identity_numbers_in_a_text_are_not_found() -> None:
    text = "来电13800000001，身份证32040019900101123X，座机 0519-85588558"
    for words in ("13800000001", "1380", "32040019900101123X", "85588558"):
        assert not found(words, text), words
    assert found("0519", text)


def test_a_record_is_found_by_its_number() -> None:
    assert found("SZ20261127000012", "道路破损", ("SZ20261127000012",))
    assert found("sz2026112", "道路破损", ("SZ20261127000012",))


@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 10))
def test_every_piece_of_han_in_a_text_finds_it(text: str, start: int, length: int) -> None:
    han = "".join(one for one in text if "\u4e00" <= one <= "\u9fff")
    piece = han[start : start + length]
    assert not piece or found(piece, f"{text} {han}")


@given(st.text(max_size=200))
def test_tokens_are_plain_and_a_query_never_fails(text: str) -> None:
    for token in [*text_tokens(text), *(one.removesuffix("*") for phrase in query_phrases(text) for one in phrase)]:
        assert token.isascii()
        assert token.isalnum()
