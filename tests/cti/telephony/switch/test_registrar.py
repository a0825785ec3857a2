"""Which phones of a person can ring now."""

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import PhoneChanged
from cti.telephony.switch.registrar import RegisteredPhone, Registrar


class House:
    def __init__(self) -> None:
        bus = Bus()
        self.told: list[tuple[str, tuple[str, ...]]] = []
        bus.subscribe(PhoneChanged, lambda event: self.told.append((event.agent, event.addresses)))
        self.registrar = Registrar(bus, VirtualClock())
        self.registrar.provision(
            [
                RegisteredPhone("1001", "1001", "city"),
                RegisteredPhone("1001-web", "1001", "city", auto_answer=True),
                RegisteredPhone("1002", "1002", "city"),
            ]
        )

    def addresses(self, agent: str) -> list[str]:
        return [str(address) for address in self.registrar.addresses(agent)]


def test_phones_come_and_go() -> None:
    house = House()
    assert house.addresses("1001") == []
    house.registrar.change("1001-web", True)
    house.registrar.change("1001", True)
    house.registrar.change("1001", True)
    assert house.addresses("1001") == ["1001", "1001-web"]
    house.registrar.change("1001-web", False)
    assert house.told == [("1001", ("1001-web",)), ("1001", ("1001", "1001-web")), ("1001", ("1001",))]


def test_a_resync_replaces_what_was_known() -> None:
    house = House()
    house.registrar.change("1001", True)
    house.registrar.resync({"1002", "1001-web"})
    assert house.addresses("1001") == ["1001-web"]
    assert house.addresses("1002") == ["1002"]
    assert house.registrar.is_reachable("1002") and not house.registrar.is_reachable("1001")


def test_phones_of_nobody_are_not_dialled_and_a_phone_that_is_taken_away_is_told() -> None:
    house = House()
    house.registrar.change("carrier", True)
    assert house.told == []
    house.registrar.change("1002", True)
    house.registrar.provision([RegisteredPhone("1001", "1001", "city")])
    assert house.told[-1] == ("1002", ())


def test_auto_answer_is_a_persons() -> None:
    house = House()
    assert house.registrar.answer_after("1001") == 0
    assert house.registrar.answer_after("1002") is None
    assert house.registrar.answer_after("1999") is None
