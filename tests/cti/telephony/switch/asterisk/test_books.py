"""The switch's CDR file, read line by line as Asterisk adds to it."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from cti.telephony.switch.asterisk.books import CdrFile, parse
from cti.telephony.switch.asterisk.configuration import CDR_COLUMNS

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


def test_what_is_kept_elsewhere_is_removed_and_nothing_is_lost(tmp_path: Path) -> None:
    """Callers' numbers stood in the switch's file in clear, of every call since the installation."""
    path = tmp_path / "calls.csv"
    path.write_text(line())
    file = CdrFile(path)
    file.read()
    file.done()
    assert not list(tmp_path.iterdir())
    path.write_text(line(uniqueid="2.2"))
    assert [record.leg for record in file.read()] == ["2.2"]
    with path.open("a") as out:
        out.write(line(uniqueid="3.3"))
    # It is not read yet: the file stays.
    file.done()
    assert [record.leg for record in file.read()] == ["3.3"]
    with path.open("a") as late:
        file.read()
        begun = threading.Thread(target=file.done)
        begun.start()
        while path.exists():
            time.sleep(0.001)
        late.write(line(uniqueid="4.4"))
        late.flush()
        begun.join()
    path.write_text(line(uniqueid="5.5"))
    # An engine that begins here finds both.
    assert [record.leg for record in CdrFile(path).read()][-2:] == ["4.4", "5.5"]
    assert [record.leg for record in file.read()] == ["4.4", "5.5"]
    file.done()
    assert not list(tmp_path.iterdir())


def test_numbers_that_the_switch_sealed_are_opened_by_the_key_only() -> None:
    """`sealed` is what `AES_ENCRYPT(abcdefghijklmnop,.13800000001)` of Asterisk 22 gives."""
    sealed = "aes:m1v+18UWqVAiFL7pIs1sRw=="
    (record,) = parse(line(src=sealed), "abcdefghijklmnop")
    assert record.caller == record.fields["src"] == "13800000001"
    (record,) = parse(line(src=sealed), "another-key-1234")
    assert "138" not in record.caller
    (record,) = parse(line(src="aes:rubbish"), "abcdefghijklmnop")
    assert record.caller == ""
