"""Order, isolation and unsubscribing."""

from datetime import UTC, datetime

from structlog.testing import capture_logs

from cti.base.bus import Bus
from cti.base.events import AlarmCleared, AlarmRaised, Event, SwitchDown

AT = datetime(2026, 1, 1, tzinfo=UTC)


def alarm(name: str) -> AlarmRaised:
    return AlarmRaised(at=AT, name=name, text="")


def test_listeners_of_a_type_and_of_its_bases_hear_in_the_order_of_subscribing() -> None:
    bus, heard = Bus(), []
    bus.subscribe(Event, lambda event: heard.append("any"))
    bus.subscribe(AlarmRaised, lambda event: heard.append("first"))
    bus.subscribe(SwitchDown, lambda event: heard.append("other"))
    bus.subscribe(AlarmRaised, lambda event: heard.append("second"))
    bus.publish(alarm("x"))
    assert heard == ["any", "first", "second"]


def test_a_listener_that_fails_is_logged_and_the_others_hear() -> None:
    bus, heard = Bus(), []

    def fails(event: AlarmRaised) -> None:
        raise ZeroDivisionError

    bus.subscribe(AlarmRaised, fails)
    bus.subscribe(AlarmRaised, heard.append)
    with capture_logs() as logs:
        bus.publish(alarm("x"))
    assert len(heard) == 1
    assert "fails" in logs[0]["listener"] and logs[0]["event_type"] == "AlarmRaised"


def test_what_a_listener_publishes_comes_after_what_is_being_told() -> None:
    bus, heard = Bus(), []
    bus.subscribe(AlarmRaised, lambda event: bus.publish(AlarmCleared(at=AT, name=event.name)))
    bus.subscribe(Event, lambda event: heard.append(type(event).__name__))
    bus.publish(alarm("x"))
    assert heard == ["AlarmRaised", "AlarmCleared"]


def test_unsubscribing_ends_one_subscription_and_may_be_repeated() -> None:
    bus, heard = Bus(), []
    undo = bus.subscribe(AlarmRaised, heard.append)
    bus.subscribe(AlarmRaised, heard.append)
    bus.publish(alarm("a"))
    undo()
    undo()
    bus.publish(alarm("b"))
    assert [event.name for event in heard] == ["a", "a", "b"]


def test_a_listener_that_unsubscribes_itself_does_not_disturb_the_others() -> None:
    bus, heard = Bus(), []

    def once(event: AlarmRaised) -> None:
        heard.append("once")
        undo()

    undo = bus.subscribe(AlarmRaised, once)
    bus.subscribe(AlarmRaised, lambda event: heard.append("always"))
    bus.publish(alarm("a"))
    bus.publish(alarm("b"))
    assert heard == ["once", "always", "always"]
