"""Each character of a text has its moment, whatever a recogniser's tokens are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.recognition.character_times import characters_of, spread

WORDS = {1: "感謝".encode(), 2: "您".encode()[:2], 3: "您".encode()[2:], 4: b" ", 5: "心。".encode()}


def decode(tokens: list[int]) -> str:
    return b"".join(WORDS[one] for one in tokens).decode(errors="replace")


def test_a_character_of_several_tokens_begins_with_the_first() -> None:
    assert characters_of(decode, [1, 2, 3, 4, 5]) == [0, 0, 1, 4, 4]


def test_characters_of_one_token_follow_each_other() -> None:
    assert spread([0, 0, 1, 4, 4], {0: 0.0, 1: 0.6, 3: 0.8, 4: 1.0}, 5, 1.6) == [0.0, 0.3, 0.6, 1.0, 1.3]


def test_a_text_that_became_shorter_is_spread_over_the_same_time() -> None:
    assert spread([0, 1, 2, 3], {0: 0.0, 1: 1.0, 2: 2.0, 3: 3.0}, 2, 4.0) == [0.0, 2.0]
    assert spread([], {}, 3, 1.0) == spread([0], {0: 0.0}, 0, 1.0) == []


@given(
    st.lists(st.sampled_from(sorted(WORDS)), max_size=12),
    st.dictionaries(st.integers(0, 12), st.floats(0, 30)),
    st.integers(0, 40),
    st.floats(0.1, 20),
)
def test_times_never_go_back_and_stay_within_what_was_said(
    tokens: list[int], began: dict[int, float], length: int, seconds: float
) -> None:
    times = spread(characters_of(decode, tokens), began, length, seconds)
    assert times == sorted(times)
    assert all(0 <= one <= seconds + 0.01 for one in times)
    assert len(times) in (0, length)
