"""The shipped catalogue is whole, and what is wrong in a file is told with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from cti.base.files.documents import DocumentError
from ivr.prompts.catalogue import SHIPPED, UnknownPrompt, load_catalogue
from ivr.prompts.render import stale

HEAD = "language: zh-CN\nvoice: zf_xiaobei\nprompts:\n"


def write(layer: Path, body: str, *, language: str = "zh") -> Path:
    layer.mkdir(parents=True, exist_ok=True)
    file = layer / f"{language}.yaml"
    file.write_text(HEAD + body, encoding="utf-8")
    return file


def record(layer: Path, identifier: str, language: str = "zh") -> Path:
    path = layer / "audio" / language / f"{identifier}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.1 * np.sin(np.arange(8000) * 0.3), 8000)
    return path


def test_each_shipped_prompt_has_audio_and_each_audio_has_a_text() -> None:
    assert load_catalogue().problems() == []


def test_the_shipped_audio_says_what_the_catalogue_says() -> None:
    assert [prompt.id for prompt in stale(load_catalogue())] == []


def test_the_hotline_can_say_what_the_trade_asks_for() -> None:
    catalogue = load_catalogue()
    assert catalogue.text("greeting") == "您好，欢迎致电12345政务服务便民热线。"
    assert "录音" in catalogue.text("recording_notice")
    # A line for citizens goes to a person; the menu is optional (GB/T 33358-2016).
    assert catalogue.text("menu/enterprise").startswith("正在为您转接人工座席")
    for number in ("110", "119", "120", "122"):
        assert number in catalogue.text(f"emergency/{number}")


def test_ranges_make_a_prompt_a_number(tmp_path: Path) -> None:
    write(tmp_path, "  p/{1..3}: 前面{count}位，第{n}，{hanzi}。\n")
    catalogue = load_catalogue([tmp_path])
    assert catalogue.ids() == ("p/1", "p/2", "p/3")
    assert catalogue.text("p/2") == "前面2位，第2，二。"
    assert catalogue.get("p/2").say == "前面两位，第二，二。"


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("  a: 好。\n  B: 好。\n", 5, "'B' is no prompt id"),
        ("  a: 好。\n  a: 好。\n", 5, "stands here twice"),
        ("  a/1: 好。\n  a/{1..2}: 好。\n", 5, "'a/1' stands here twice"),
        ("  a: 拨打110。\n", 4, "add `say`"),
        ("  a: 第{n}位。\n", 4, "is not known"),
        ("  a:\n    text: 好。\n    speech: 好。\n", 6, "Extra inputs"),
        ("  a:\n    text: 好。\n    speed: 9\n", 6, "less than or equal to 2"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, body: str, line: int, message: str) -> None:
    file = write(tmp_path, body)
    with pytest.raises(DocumentError) as raised:
        load_catalogue([tmp_path])
    (problem,) = raised.value.problems
    assert (problem.file, problem.line) == (str(file), line)
    assert message in problem.message


def test_missing_audio_and_audio_without_text_are_told(tmp_path: Path) -> None:
    file = write(tmp_path, "  said: 好。\n  silent: 好。\n")
    record(tmp_path, "said")
    stray = record(tmp_path, "stray")
    problems = load_catalogue([tmp_path]).problems()
    assert [(problem.file, problem.line) for problem in problems] == [(str(file), 5), (str(stray), 1)]
    assert "silent has no audio" in problems[0].message
    assert "no prompt 'stray'" in problems[1].message


def test_a_city_may_record_its_own_voice(tmp_path: Path) -> None:
    own = record(tmp_path, "greeting")
    catalogue = load_catalogue([SHIPPED, tmp_path])
    assert catalogue.audio(catalogue.get("greeting")) == own
    assert catalogue.problems() == []


def test_a_city_that_changes_a_text_must_bring_its_audio(tmp_path: Path) -> None:
    file = write(tmp_path, "  greeting: 您好，这里是市民热线。\n")
    catalogue = load_catalogue([SHIPPED, tmp_path])
    assert catalogue.text("greeting") == "您好，这里是市民热线。"
    # The shipped audio would say another sentence.
    assert catalogue.audio(catalogue.get("greeting")) is None
    assert [(problem.file, problem.line) for problem in catalogue.problems()] == [(str(file), 4)]
    record(tmp_path, "greeting")
    assert load_catalogue([SHIPPED, tmp_path]).problems() == []


def test_a_language_falls_back_to_mandarin(tmp_path: Path) -> None:
    write(tmp_path, "  greeting: Welcome.\n", language="en")
    catalogue = load_catalogue([SHIPPED, tmp_path])
    assert catalogue.languages[0] == "zh"
    assert "en" in catalogue.languages
    assert catalogue.text("greeting", "en") == "Welcome."
    assert catalogue.text("goodbye", "en") == catalogue.text("goodbye")
    with pytest.raises(UnknownPrompt):
        catalogue.text("no_such_prompt", "en")
