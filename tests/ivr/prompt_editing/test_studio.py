"""Recording by phone, on the scripted switch and virtual time: again, keep, hang up, nobody there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cti.base.bus import Bus
from cti.base.call import Party
from cti.base.clock import LoopClock, run_virtual
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.telephony.switch.address import Address, PhoneAddress
from cti.telephony.switch.port import CallSession, Collected, DialResult, LegHungUp, Played, SwitchUnavailable
from cti.telephony.switch.registrar import RegisteredPhone, Registrar
from cti.telephony.trunks import Trunks
from cti.telephony.ways_out import WaysOut
from ivr.prompt_editing.studio import Studio
from ivr.prompt_editing.takes import Take, TakeFailed

PERSON = Visitor("1", "wang", "王", "8001", "city", "320400")


@dataclass
class Session:
    """A phone: what it hears, the seconds it reads each time, the keys it presses; `hangs_up_at` a verb."""

    readings: list[float]
    keys: list[str]
    hangs_up_at: str = ""
    heard: list[str] = field(default_factory=list)

    async def answer(self) -> None:
        return

    async def play(self, prompts: list[str], *, stop_on: str = "") -> Played:
        self.heard += prompts
        self._maybe(prompts[-1])
        return Played()

    async def record_message(self, path: Path, *, longest: float, stop_on: str = "#") -> float:
        seconds = self.readings.pop(0)
        path.write_bytes(bytes(44 + int(seconds * 16_000)))
        self.heard.append(f"recorded {path.stem[-1]}")
        self._maybe("record")
        return seconds

    async def collect(self, prompts: list[str], **_: object) -> Collected:
        self.heard += ["playback" if one.startswith("takes/") else one for one in prompts]
        self._maybe("collect")
        key = self.keys.pop(0)
        return Collected(key, timed_out=not key)

    def _maybe(self, verb: str) -> None:
        if verb == self.hangs_up_at:
            raise LegHungUp("gone")


@dataclass
class House:
    """A switch that dials one phone, and who takes its sessions."""

    session: Session | None
    result: DialResult = DialResult.ANSWERED
    broken: bool = False
    attendants: dict[str, Callable[[CallSession], Awaitable[None]]] = field(default_factory=dict)
    dialled: list[Address] = field(default_factory=list)

    def attend(self, key: str, server: Callable[[CallSession], Awaitable[None]]) -> Callable[[], None]:
        self.attendants[key] = server
        return lambda: self.attendants.__delitem__(key)

    async def originate(self, address: Address, *, call: str, party: Party, **_: object) -> DialResult:
        if self.broken:
            raise SwitchUnavailable("down")
        self.dialled.append(address)
        if self.session is not None:
            self.task = asyncio.create_task(self._serve(call, self.session))
        return self.result

    async def _serve(self, call: str, session: Session) -> None:
        try:
            await self.attendants[call](session)  # type: ignore[arg-type]
        except LegHungUp:
            return


def recorded(folder: Path, house: House) -> tuple[Path | str, Take]:
    """What came of it: the file that was kept, or the code of the failure."""

    async def main() -> tuple[Path | str, Take]:
        bus, clock = Bus(), LoopClock()
        registrar = Registrar(bus, clock)
        registrar.provision([RegisteredPhone("p8001", "8001", "city")])
        registrar.change("p8001", True)
        studio = Studio(house, house, registrar, WaysOut(Trunks({}, bus, clock), "0519"), folder, Number.parse("12345"))  # type: ignore[arg-type]
        take = Take("01ABC", "1", "phone", folder / "x.flac")
        try:
            found: Path | str = await studio.recording(studio.address(PERSON))(take)
        except TakeFailed as error:
            found = error.code
        assert house.attendants == {}
        return found, take

    return run_virtual(main())


def test_read_heard_and_kept(tmp_path: Path) -> None:
    session = Session([2.0], ["1"])
    found, take = recorded(tmp_path, House(session))
    assert isinstance(found, Path) and found.stat().st_size == 44 + 32_000
    assert (
        session.heard[:5]
        == ["studio/intro", "recorded 1", "playback", "studio/choose", "studio/kept"][: len(session.heard)]
    )
    assert take.step == "choosing"


def test_again_and_heard_again(tmp_path: Path) -> None:
    session = Session([1.0, 3.0], ["2", "3", "1"])
    found, _ = recorded(tmp_path, House(session))
    assert isinstance(found, Path) and found.stem.endswith("_2")
    assert session.heard.count("studio/again") == 1 and session.heard.count("playback") == 3
    assert [path.name for path in tmp_path.glob("*.wav")] == [found.name]


def test_who_presses_nothing_keeps_it(tmp_path: Path) -> None:
    assert isinstance(recorded(tmp_path, House(Session([1.0], [""])))[0], Path)


def test_silence_is_asked_again(tmp_path: Path) -> None:
    session = Session([0.1, 2.0], ["1"])
    found, _ = recorded(tmp_path, House(session))
    assert isinstance(found, Path) and session.heard.count("studio/empty") == 1
    assert recorded(tmp_path, House(Session([0.1] * 5, [])))[0] == "hung_up"


@pytest.mark.parametrize(
    ("where", "seconds", "kept"),
    [("studio/intro", 2.0, False), ("record", 2.0, True), ("record", 0.2, False), ("collect", 2.0, True)],
)
def test_hanging_up_keeps_what_was_said(tmp_path: Path, where: str, seconds: float, kept: bool) -> None:
    found, _ = recorded(tmp_path, House(Session([seconds], ["1"], where)))
    assert isinstance(found, Path) is kept
    assert len(list(tmp_path.glob("*.wav"))) == (1 if kept else 0)


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (DialResult.BUSY, "busy"), (DialResult.NO_ANSWER, "no_answer"), (DialResult.REJECTED, "no_answer"),
        (DialResult.UNREACHABLE, "unreachable"),
    ],
)  # fmt: skip
def test_nobody_answers(tmp_path: Path, result: DialResult, code: str) -> None:
    assert recorded(tmp_path, House(None, result))[0] == code


def test_the_switch_is_away(tmp_path: Path) -> None:
    assert recorded(tmp_path, House(None, broken=True))[0] == "switch"


def test_a_session_that_never_comes_is_not_waited_for(tmp_path: Path) -> None:
    assert recorded(tmp_path, House(None))[0] == "switch"


def test_whom_it_does_not_call(tmp_path: Path) -> None:
    async def main() -> None:
        bus, clock = Bus(), LoopClock()
        studio = Studio(
            House(None),
            House(None),
            Registrar(bus, clock),
            WaysOut(Trunks({}, bus, clock), "0519"),
            tmp_path,
            Number.parse("12345"),  # type: ignore[arg-type]
        )
        for number, code in (
            ("", "unreachable"),
            ("110", "bad_number"),
            ("abc", "bad_number"),
            ("13812345678", "no_route"),
        ):
            with pytest.raises(TakeFailed) as refused:
                studio.address(PERSON, number)
            assert refused.value.code == code
        assert not studio.has_phone(PERSON)

    run_virtual(main())


def test_its_own_phone_first(tmp_path: Path) -> None:
    house = House(Session([1.0], ["1"]))
    recorded(tmp_path, house)
    assert house.dialled == [PhoneAddress("p8001")]
