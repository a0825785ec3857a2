from pathlib import Path

from softphone.phones.hearing import PromptEnded, hear_all, told_as
from softphone.phones.known_prompts import known_prompts
from softphone.phones.sound import murmur, write_sound
from tests.softphone.phones.conftest import write_alaw


def test_prompts_are_read_with_their_words_and_the_rest_by_what_it_is(tmp_path: Path) -> None:
    write_alaw(tmp_path / "zh/goodbye.alaw", murmur(1.0, seed=1))
    write_alaw(tmp_path / "music/calm.alaw", murmur(1.0, seed=2))
    write_alaw(tmp_path / "tone/beep.alaw", murmur(1.0, seed=3))
    write_alaw(tmp_path / "zh/no/such.alaw", murmur(1.0, seed=4))
    write_alaw(tmp_path / "zh/joined/0123.alaw", murmur(1.0, seed=6))
    write_sound(tmp_path / "zh/goodbye.wav", murmur(1.0, seed=1))
    write_sound(tmp_path / "zh/greeting.wav", murmur(1.0, seed=5))
    texts = {recording.name: recording.text for recording in known_prompts(tmp_path).recordings}
    assert set(texts) == {"zh/goodbye", "music/calm", "tone/beep", "zh/no/such", "zh/greeting"}
    assert "12345" in texts["zh/greeting"]
    assert texts["music/calm"] == "music (calm)"
    assert texts["tone/beep"] == "the tone (beep)"
    assert texts["zh/no/such"] == "zh/no/such"


def test_a_known_prompt_is_told_by_its_words(tmp_path: Path) -> None:
    write_alaw(tmp_path / "zh/goodbye.alaw", murmur(1.0, seed=1))
    book = known_prompts(tmp_path)
    heard = hear_all(book.recordings[0].samples, book)
    assert [told_as(fact) for fact in heard] == [f"hears {book.recordings[0].text}", None]
    assert [fact.whole for fact in heard if isinstance(fact, PromptEnded)] == [True]


def test_no_directory_means_no_prompts(tmp_path: Path) -> None:
    assert known_prompts(tmp_path / "none").recordings == ()
