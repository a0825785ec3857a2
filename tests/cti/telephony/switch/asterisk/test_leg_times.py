"""When legs talked and ended, read from what Asterisk adds to its file of channel events."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cti.telephony.switch.asterisk.books import AsteriskBooks, CdrFile
from cti.telephony.switch.asterisk.leg_times import LARGEST, LegTimes
from tests.cti.telephony.switch.asterisk.test_books import VALUES, line

BEGAN = datetime.fromtimestamp(float(VALUES["start"]), UTC)


def event(kind: str, seconds: float, leg: str) -> str:
    return f"{kind},{(BEGAN + timedelta(seconds=seconds)).timestamp():.6f},{leg}\n"


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def test_when_a_leg_talked(tmp_path: Path) -> None:
    path = tmp_path / "legs.csv"
    times = LegTimes(path)
    path.write_text(
        event("BRIDGE_ENTER", 1, "1.1")
        + event("BRIDGE_ENTER", 1.1, "2.2")
        + "rubbish\n"
        + event("BRIDGE_EXIT", 4, "1.1")
    )
    times.read()
    assert [(one.begun, one.ended) for one in times.talks_of("1.1")] == [(at(1), at(4))]
    assert [(one.begun, one.ended) for one in times.talks_of("2.2")] == [(at(1.1), None)]
    with path.open("a") as out:
        out.write(event("BRIDGE_ENTER", 6, "1.1") + event("CHAN_END", 9, "1.1") + event("CHAN_END", 10, "2.2"))
    times.read()
    assert [one.ended for one in times.talks_of("1.1")] == [at(4), at(9)]
    assert [one.ended for one in times.talks_of("2.2")] == [at(10)]
    assert times.take_ends() == [("1.1", at(9)), ("2.2", at(10))]
    assert times.take_ends() == []
    assert list(times.talks_of("nobody")) == []


def test_a_large_file_is_removed_once_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "legs.csv"
    times = LegTimes(path)
    path.write_text(event("BRIDGE_ENTER", 1, "1.1"))
    times.read()
    times.done()
    assert path.exists()
    with path.open("a") as out:
        out.write(event("BRIDGE_ENTER", 1, "9.9") * (LARGEST // 30))
    times.done()
    assert path.exists(), "it has lines that nobody has read"
    times.read()
    times.done()
    assert not list(tmp_path.iterdir())
    assert times.talks_of("1.1"), "what was read is remembered"


def test_what_came_after_a_callers_last_talk_has_a_record(tmp_path: Path) -> None:
    """The switch's own record of a caller ended with his talk: his survey was missing."""
    cdrs, legs = tmp_path / "calls.csv", tmp_path / "legs.csv"
    books = AsteriskBooks(CdrFile(cdrs), LegTimes(legs))
    end = float(VALUES["end"]) - float(VALUES["start"])
    cdrs.write_text(line(accountcode="12345") + line(uniqueid="3.3", accountcode="12345"))
    legs.write_text(event("CHAN_END", end + 7.25, "1.1") + event("CHAN_END", end + 0.01, "3.3"))
    first, second, rest = books.read()
    assert (first.leg, second.leg) == ("1.1", "3.3")
    assert (rest.leg, rest.started_at, rest.ended_at) == ("1.1", first.ended_at, at(end + 7.25))
    assert (rest.by_trunk, rest.other, rest.fields["billsec"], rest.fields["dstchannel"]) == (True, "", "7", "")
    assert books.read() == []
    books.done()
    assert not cdrs.exists()


def test_an_end_that_is_not_settled_waits_for_the_other_records(tmp_path: Path) -> None:
    cdrs, legs = tmp_path / "calls.csv", tmp_path / "legs.csv"
    books = AsteriskBooks(CdrFile(cdrs), LegTimes(legs))
    now = datetime.now(UTC).timestamp()
    cdrs.write_text(line(start=f"{now - 20:.6f}", end=f"{now - 10:.6f}", accountcode="12345"))
    legs.write_text(f"CHAN_END,{now + 5:.6f},1.1\n")
    assert len(books.read()) == 1
