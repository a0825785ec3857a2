"""The switch's CDR files: one for each leg, read once, taken away when their records are kept."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from cti.telephony.switch.freeswitch.books import CdrFolder, parse

VARIABLES = {
    "uuid": "aaaa",
    "channel_name": "sofia/sip/13800000001@127.0.0.1",
    "caller_id_number": "13800000001",
    "destination_number": "session",
    "hotline_caller": "13800000001",
    "hotline_called": "12345",
    "hotline_place": "session",
    "start_uepoch": "1767225600500000",
    "answer_uepoch": "1767225601000000",
    "end_uepoch": "1767225610000000",
    "hangup_cause": "NORMAL_CLEARING",
    "sip_from_display": '呼叫 "7"',
}


def content(**changes: str) -> bytes:
    return json.dumps({"core-uuid": "x", "variables": {**VARIABLES, **changes}}).encode()


def test_a_record() -> None:
    record = parse(content())
    assert record is not None
    assert (record.leg, record.first_leg, record.caller, record.called) == ("aaaa", "aaaa", "13800000001", "12345")
    assert record.started_at == datetime(2026, 1, 1, 0, 0, 0, 500000, tzinfo=UTC)
    assert record.ended_at == datetime(2026, 1, 1, 0, 0, 10, tzinfo=UTC)
    assert not record.in_emergency
    assert "sip_from_display" not in record.fields and record.fields["hangup_cause"] == "NORMAL_CLEARING"


def test_a_dialled_leg_belongs_to_the_visit_and_may_never_be_answered() -> None:
    record = parse(content(uuid="bbbb", hotline_first="aaaa", answer_uepoch="0"))
    assert record is not None
    assert (record.leg, record.first_leg, record.answered_at) == ("bbbb", "aaaa", None)


def test_one_of_the_emergency_queue() -> None:
    record = parse(content(hotline_place="emergency"))
    assert record is not None and record.in_emergency


@pytest.mark.parametrize("changes", [{"uuid": ""}, {"start_uepoch": "x"}, {"channel_name": "loopback/tap-a"}])
def test_what_is_about_no_leg(changes: dict[str, str]) -> None:
    assert parse(content(**changes)) is None


def test_a_file_is_read_once_and_kept_until_its_record_is(tmp_path: Path) -> None:
    first = tmp_path / "aaaa.cdr.json"
    first.write_bytes(content())
    folder = CdrFolder(tmp_path)
    assert [record.leg for record in folder.read()] == ["aaaa"]
    assert first.exists()
    # Another engine that finds it not kept reads it again.
    assert [record.leg for record in CdrFolder(tmp_path).read()] == ["aaaa"]
    (tmp_path / "bbbb.cdr.json").write_bytes(content(uuid="bbbb"))
    assert [record.leg for record in folder.read()] == ["bbbb"]
    assert first.exists()
    folder.done()
    assert folder.read() == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_being_written_is_left_for_the_next_time(tmp_path: Path) -> None:
    whole = content()
    path = tmp_path / "aaaa.cdr.json"
    folder = CdrFolder(tmp_path)
    for cut in range(0, len(whole), 37):
        path.write_bytes(whole[:cut])
        assert folder.read() == []
    path.write_bytes(whole)
    assert len(folder.read()) == 1
    with pytest.raises(msgspec.DecodeError):
        parse(whole[:-1])


def test_records_come_in_the_order_of_their_beginning(tmp_path: Path) -> None:
    for leg, start in (("a", "1767225600500002"), ("b", "1767225600500001")):
        (tmp_path / f"{leg}.cdr.json").write_bytes(content(uuid=leg, start_uepoch=start))
    folder = CdrFolder(tmp_path)
    folder.begin_at({"records": 7})
    assert [record.leg for record in folder.read()] == ["b", "a"]
    assert folder.place == {"records": 9}


def test_a_folder_that_is_not_there_has_no_records(tmp_path: Path) -> None:
    assert CdrFolder(tmp_path / "nothing").read() == []
