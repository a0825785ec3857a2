"""The switch's CDR file, read line by line as Asterisk adds to it."""

from datetime import UTC, datetime
from pathlib import Path

from cti.switch.asterisk.books import CdrFile, parse
from cti.switch.asterisk.configuration import CDR_COLUMNS

VALUES = {
    "uniqueid": "1.1",
    "linkedid": "1.1",
    "channel": "PJSIP/carrier-00000001",
    "dstchannel": "PJSIP/1001-00000002",
    "src": "13800000001",
    "dst": "s",
    "dcontext": "session",
    "lastapp": "AGI",
    "lastdata": 'a,"b"',
    "start": "1767225600.5",
    "answer": "1767225601.0",
    "end": "1767225610.0",
    "duration": "9",
    "billsec": "9",
    "disposition": "ANSWERED",
    "accountcode": "",
}


def line(**changes: str) -> str:
    values = {**VALUES, **changes}
    return ",".join('"' + values[name].replace('"', '""') + '"' for name in CDR_COLUMNS) + "\n"


def test_a_record() -> None:
    (record,) = parse(line())
    assert (record.leg, record.first_leg, record.caller, record.disposition) == (
        "1.1",
        "1.1",
        "13800000001",
        "ANSWERED",
    )
    assert record.started_at == datetime(2026, 1, 1, 0, 0, 0, 500000, tzinfo=UTC)
    assert record.ended_at == datetime(2026, 1, 1, 0, 0, 10, tzinfo=UTC)
    assert record.fields["lastdata"] == 'a,"b"'
    assert not record.in_emergency


def test_an_unanswered_one_and_one_of_the_emergency_queue() -> None:
    unanswered, emergency = parse(line(answer="0.000000") + line(dcontext="emergency"))
    assert unanswered.answered_at is None
    assert emergency.in_emergency


def test_lines_that_are_none_are_passed_over() -> None:
    assert [record.leg for record in parse("rubbish\n" + line(start="") + line(uniqueid="2.2"))] == ["2.2"]


def test_only_whole_new_lines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    file = CdrFile(path)
    assert file.read() == []
    whole = line()
    path.write_text(whole + whole[:20])
    assert len(file.read()) == 1
    assert file.read() == []
    with path.open("a") as out:
        out.write(whole[20:])
    assert len(file.read()) == 1


def test_another_reader_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(line())
    first = CdrFile(path)
    first.read()
    with path.open("a") as out:
        out.write(line(uniqueid="2.2"))
    second = CdrFile(path)
    second.begin_at(first.place)
    assert [record.leg for record in second.read()] == ["2.2"]


def test_a_rotated_file_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(line() * 3)
    file = CdrFile(path)
    file.read()
    path.rename(tmp_path / "calls.csv.1")
    path.write_text(line(uniqueid="9.9"))
    assert [record.leg for record in file.read()] == ["9.9"]
