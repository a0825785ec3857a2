"""What a session plays for pieces, on virtual time with a scripted switch's session."""

from __future__ import annotations

import asyncio
import decimal
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from cti.base.clock import run_virtual
from cti.telephony.switch.port import LegHungUp, SessionOver
from ivr.prompts.catalogue import load_catalogue
from ivr.prompts.synthesis import SynthesisUnavailable
from ivr.speech.playing import Sayer
from ivr.speech.spoken_pieces import Estimate, Money, Piece, Position, Prompt, Text


class SlowSpeaking:
    def __init__(self, delay: float) -> None:
        self.delay = delay

    async def prompts(self, text: str) -> list[str]:
        await asyncio.sleep(self.delay)
        if "哑" in text:
            raise SynthesisUnavailable("no such word")
        return [f"spoken/{text}"]


class Line:
    """The part of a session that is needed: music, and its end."""

    def __init__(self) -> None:
        self.music_at: list[float] = []
        self._over: asyncio.Future[SessionOver] = asyncio.get_running_loop().create_future()

    @property
    def over(self) -> asyncio.Future[SessionOver]:
        return asyncio.shield(self._over)

    async def wait(self) -> None:
        self.music_at.append(asyncio.get_running_loop().time())

    def hang_up(self) -> None:
        self._over.set_result(LegHungUp("gone"))


def sayer(delay: float, patience: float = 8.0) -> Sayer:
    return Sayer(load_catalogue(), SlowSpeaking(delay), patience)


def ids(
    delay: float, pieces: Sequence[Piece], unspoken: list[tuple[str, str]] | None = None
) -> tuple[list[str], list[float], float]:
    unspoken = [] if unspoken is None else unspoken

    async def main() -> tuple[list[str], list[float], float]:
        line = Line()
        found = await sayer(delay).ids(line, pieces, lambda *what: unspoken.append(what))  # type: ignore[arg-type]
        return found, line.music_at, asyncio.get_running_loop().time()

    return run_virtual(main())


def test_prompts_and_read_outs_keep_their_recorded_pieces() -> None:
    found, music, seconds = ids(99, [Prompt("greeting"), Money(decimal.Decimal("12.5"))])
    assert found == ["greeting", "money/yuan/12", "money/jiao/5"]
    assert (music, seconds) == ([], 0.0)


def test_a_quick_text_is_said_without_music() -> None:
    assert ids(0.8, [Prompt("greeting"), Text("请讲")]) == (["greeting", "spoken/请讲"], [], 0.8)


def test_two_texts_are_made_at_once_and_music_covers_the_wait() -> None:
    found, music, seconds = ids(3.0, [Text("一"), Text("二")])
    assert found == ["spoken/一", "spoken/二"]
    assert music == [1.2] and seconds == pytest.approx(3.0)


def test_after_the_patience_the_prompt_instead_is_said() -> None:
    found, music, seconds = ids(60.0, [Text("一", instead="greeting")])
    assert found == ["greeting"] and music == [1.2] and seconds == pytest.approx(8.0)


@pytest.mark.parametrize(("delay", "text", "why"), [(60.0, "一", "too long"), (0.1, "哑", "no such word")])
def test_what_cannot_be_spoken_is_left_out_and_told(delay: float, text: str, why: str) -> None:
    """A text without a voice took the whole menu with it: the caller heard neither greeting nor keys."""
    unspoken: list[tuple[str, str]] = []
    found = ids(delay, [Prompt("greeting"), Text(text), Prompt("goodbye")], unspoken)[0]
    assert found == ["greeting", "goodbye"]
    assert [piece for piece, _ in unspoken] == [text] and why in unspoken[0][1]


def test_a_prompt_that_does_not_exist_is_left_out_and_told() -> None:
    unspoken: list[tuple[str, str]] = []
    assert ids(0.1, [Prompt("nowhere"), Prompt("goodbye")], unspoken)[0] == ["goodbye"]
    assert unspoken == [("nowhere", "there is no such prompt")]


def test_a_failure_is_covered_by_the_prompt_instead() -> None:
    assert ids(0.1, [Text("哑", instead="goodbye")])[0] == ["goodbye"]


def test_who_hangs_up_meanwhile_is_let_go_at_once() -> None:
    async def main() -> float:
        line = Line()
        loop = asyncio.get_running_loop()
        loop.call_later(2.0, line.hang_up)
        with pytest.raises(LegHungUp):
            await sayer(60.0).ids(line, [Text("一")], print)  # type: ignore[arg-type]
        return loop.time()

    assert run_virtual(main()) == pytest.approx(2.0)


def test_in_a_queue_nothing_is_waited_for() -> None:
    async def main() -> tuple[list[str], list[str]]:
        one = sayer(5.0)
        pieces = [Prompt("queue_wait"), Text("请等"), Text("哑", instead="goodbye"), Position(), Estimate()]
        made = one.begin(pieces)
        early = await one.ready(pieces, made, print, position=3, estimate=None)
        await asyncio.sleep(6.0)
        late = await one.ready(pieces, made, print, position=3, estimate=100.0)
        return early, late

    early, late = run_virtual(main())
    assert early == ["queue_wait", "goodbye", "position/2"]
    assert late == ["queue_wait", "spoken/请等", "goodbye", "position/2", "estimate/2"]


def test_prompts_in_another_language_fall_back(tmp_path: Path) -> None:
    for language, names in (("zh", ("greeting", "goodbye")), ("en", ("greeting",)), ("ug", ("goodbye",))):
        (tmp_path / "audio" / language).mkdir(parents=True)
        (tmp_path / f"{language}.yaml").write_text(
            f"language: {language}\nvoice: v\nprompts: {{{', '.join(f'{name}: Hi' for name in names)}}}\n", "utf-8"
        )
        for name in names:
            (tmp_path / "audio" / language / f"{name}.wav").write_bytes(b"")

    async def main(language: str) -> list[str]:
        one = Sayer(load_catalogue([tmp_path]), SlowSpeaking(0), fallbacks={"ug": ["tr", "en"]})
        return await one.ids(Line(), [Prompt("greeting"), Prompt("goodbye")], print, language)  # type: ignore[arg-type]

    for language, heard in (
        ("zh", ["greeting", "goodbye"]),
        ("en", ["in/en/greeting", "goodbye"]),
        ("ug", ["in/en/greeting", "in/ug/goodbye"]),
        ("ru", ["greeting", "goodbye"]),
    ):
        work: Coroutine[Any, Any, list[str]] = main(language)
        assert run_virtual(work) == heard
