"""Each kind of node: what it does, and each of its ways out."""

from __future__ import annotations

import pytest

from cti.telephony.switch.port import DialResult
from ivr.conversation.port import OutgoingMessage, TargetKind
from ivr.nodes.http import Http
from tests.ivr.trying import flow, play


def test_say_says_everything_in_order() -> None:
    report = play(
        """
        begin:
          say:
            - greeting
            - {text: "您好{caller.number}"}
            - {number: 2 + 3}
            - {money: 12.5}
            - {digits: "'119'"}
            - {date: date('2026-10-01'), year: true}
            - {time: time.now}
            - {prompt: "state/{call.medium}"}
            - {text: 不说, if: caller.anonymous}
          next: bye
        """
    )
    expected = "〔greeting〕您好138000000015" + "12.50元1192026年10月1日10点〔state/phone〕"
    assert report.spoken[0] == expected
    assert report.outcome == "done"


def test_say_that_cannot_be_said_goes_its_own_way_or_the_default() -> None:
    text = "begin: {say: {text: '{ticket.state}'}, next: bye%s}\nother: {say: sorry, next: bye}"
    assert play(text % "").nodes == ["begin", "human", "bye"]
    assert play(text % ", failed: other").nodes == ["begin", "other", "bye"]


def test_a_piece_that_cannot_be_worked_out_takes_nothing_with_it() -> None:
    """A date that a service did not give made the menu fail: the caller heard neither greeting nor keys."""
    report = play(
        """
        begin:
          menu: [greeting, {date: "'soon'"}, choose]
          keys: {"1": bye}
          timeout: human
          invalid: human
        """,
        do="press 1",
    )
    assert report.spoken[0] == "〔greeting〕〔choose〕"
    assert report.nodes == ["begin", "bye"]
    assert any("is left out: cannot be read out" in line.text for line in report.lines if line.what == "fails")


def test_a_flow_changes_the_language() -> None:
    """A caller who chose English went on to hear Mandarin: a flow could not change the call's language."""
    text = """
    begin: {menu: which, keys: {"1": english, "2": from_record}, timeout: bye, invalid: bye}
    english: {language: en, next: sub}
    from_record: {set: {wanted: "'ug'"}, next: chosen}
    chosen: {language: "{wanted}", next: sub, failed: bye}
    sub: {call: other, next: bye, ends: {english: heard_english, uyghur: heard_uyghur}}
    heard_english: {end: english}
    heard_uyghur: {end: uyghur}
    """
    other = """
    flow: other
    start: a
    nodes:
      a: {when: [{if: caller.language == 'en', next: b}, {if: caller.language == 'ug', next: c}], else: d}
      b: {end: english}
      c: {end: uyghur}
      d: {end: neither}
    """
    assert play(text, other, do="press 1").outcome == "english"
    assert play(text, other, do="press 2").outcome == "uyghur"
    assert play(text, other, do="wait 30").outcome == "done"
    wrong = "begin: {language: '{call.region} x', next: human, failed: quiet}\nquiet: {end: quiet}"
    assert play(wrong).outcome == "quiet"


@pytest.mark.parametrize(
    ("do", "way"),
    [
        ("press 1", "1"),
        ("press 3", "2-4"),
        ("press 0", "0"),
        ("press *", "*"),
        ("press 9, press 9", "invalid"),
        ("wait 60", "timeout"),
        ("press 9, wait 60", "timeout"),
        ("press 9, press 1", "1"),
        ("press 5, press 5", "invalid"),
        ("say 我要找企业", "1"),
    ],
)
def test_menu(do: str, way: str) -> None:
    report = play(
        """
        begin:
          menu: menu/main
          keys:
            "1": {next: bye, words: [企业]}
            "2-4": bye
            "0": human
            "*": bye
            "5": {next: bye, if: caller.anonymous}
          say_invalid: wrong
          say_timeout: quiet
          tries: 2
          invalid: bye
          timeout: bye
        """,
        do=do,
    )
    assert report.ways[0] == ("begin", way)


def test_menu_with_several_digits() -> None:
    text = """
        begin: {menu: m, keys: {"100-199": bye, "1": human}, timeout: bye, invalid: bye}
    """
    assert play(text, do="press 150").ways[0] == ("begin", "100-199")
    assert play(text, do="press 1").ways[0] == ("begin", "1")
    assert play(text, do="press 1#").ways[0] == ("begin", "1")


@pytest.mark.parametrize(
    ("do", "way", "typed"),
    [
        ("press 123456", "next", "123456"),
        ("press 1234#", "next", "1234"),
        ("press 12#, press 1234#", "next", "1234"),
        ("press 12#, press 13#", "invalid", None),
        ("press 9999#, press 9998#", "invalid", None),
        ("press #, press #", "invalid", None),
        ("wait 90", "timeout", None),
    ],
)
def test_collect(do: str, way: str, typed: str | None) -> None:
    report = play(
        """
        begin:
          collect: number
          into: typed
          length: [4, 6]
          check: not starts_with(value, '9')
          next: bye
          invalid: bye
          timeout: bye
        """,
        do=do,
    )
    assert report.ways[0] == ("begin", way)
    assert report.variables.get("typed") == typed


@pytest.mark.parametrize(
    ("do", "way", "asked", "phone"),
    [
        (
            "say 我的工单办到哪了,电话一三八零零零零零零零一",
            "progress",
            "我的工单办到哪了,电话一三八零零零零零零零一",
            "13800000001",
        ),
        ("press 2", "key 2", "", ""),
        ("say 今天天气怎样, say 还是天气", "unknown", "还是天气", ""),
        ("wait 90", "timeout", "", ""),
        ("say 嗯, say 转人工", "human", "转人工", ""),
        ("say 不要查工单", "timeout", "不要查工单", ""),
    ],
)
def test_ask(do: str, way: str, asked: str, phone: str) -> None:
    # A comma in a script parts steps; the full-width one belongs to the words.
    report = play(
        """
        begin:
          ask: question
          intents:
            progress: {next: bye, words: [工单, 进度, 办到哪], not_words: [不要]}
            human: {next: bye, words: 人工}
          slots: {phone: {kind: mobile}}
          keys: {"2": bye}
          into: asked
          unknown: bye
          timeout: bye
        """,
        do=do.replace("了,电话", "了，电话"),
        medium="chat",
    )
    assert report.ways[0] == ("begin", way)
    assert report.variables["asked"] == asked.replace("了,电话", "了，电话")
    assert report.variables["phone"] == phone


def test_when_takes_the_first_that_holds() -> None:
    text = """
        begin:
          when:
            - {if: caller.number == '13900000002', next: bye}
            - {if: time.weekday == 2, next: second}
          else: third
        second: {end: second}
        third: {end: third}
    """
    assert play(text).outcome == "second"
    assert play(text, caller="13900000002").outcome == "done"
    assert play(text, at="2026-03-04 10:00").outcome == "third"


@pytest.mark.parametrize(
    ("at", "way"),
    [
        ("2026-03-03 10:00", "open"),
        ("2026-03-03 12:30", "closed"),
        ("2026-03-07 10:00", "closed"),
        ("2026-10-01 10:00", "holiday"),
        ("2026-10-10 10:00", "open"),
    ],
)
def test_hours(at: str, way: str) -> None:
    text = "begin: {hours: office, open: bye, closed: bye, holiday: bye}"
    assert play(text, at=at).ways[0] == ("begin", way)
    if way == "holiday":
        unnamed = play("begin: {hours: office, open: bye, closed: shut}\nshut: {end: shut}", at=at)
        assert unnamed.outcome == "shut"


def test_hours_of_an_unknown_calendar_fail() -> None:
    assert play("begin: {hours: nowhere, open: bye, closed: bye}").nodes == ["begin", "human", "bye"]


@pytest.mark.parametrize(("found", "way"), [({"state": "closed"}, "next"), (None, "none"), ("down", "failed")])
def test_lookup(found: object, way: str) -> None:
    report = play(
        """
        begin:
          lookup: tickets.progress
          arguments: {number: "'1'"}
          into: ticket
          next: bye
          none: bye
          failed: bye
        """,
        services={"tickets.progress": found},
    )
    assert report.ways[0] == ("begin", way)
    assert report.variables.get("ticket") == (found if way == "next" else None)


def test_lookup_nobody_offers_fails() -> None:
    report = play("begin: {lookup: tickets.progress, into: t, next: bye}")
    assert report.nodes == ["begin", "human", "bye"]


def test_slow_lookup_is_covered_by_music_and_given_up() -> None:
    report = play(
        "begin: {lookup: tickets.progress, into: t, timeout: 5, next: bye, failed: bye}",
        services={"tickets.progress": {"a": 1}},
        do="slow 60",
    )
    assert report.ways[0] == ("begin", "failed")
    assert [(line.at, line.text) for line in report.lines if line.text == "♪"] == [(1.5, "♪")]
    assert report.silence <= 2.0
    assert report.seconds < 8


def test_set_works_in_order() -> None:
    report = play("begin: {set: {a: 1 + 1, b: a * 10, c: \"'第' + text(b)\"}, next: bye}")
    assert report.variables == {"a": 2, "b": 20, "c": "第20"}


QUEUE = """
    begin:
      queue: general
      priority: 7
      need: english >= 3
      steps: [{after: 0, say: {position: true}}, {after: 10, every: 20, say: patience}]
      limit: 60
      keys: {"9": ninth}
      next: talked
      no_agents: nobody
      timeout: late
      voicemail: mail
      else: elsewhere
    talked: {end: talked}
    ninth: {end: ninth}
    nobody: {end: nobody}
    late: {end: late}
    mail: {end: mail}
    elsewhere: {end: elsewhere}
    other: {end: other}
"""
OTHER = "flow: other\nstart: begin\nnodes:\n  begin: {end: from_other}\n"


@pytest.mark.parametrize(
    ("do", "outcome"),
    [
        ("agent 30", "talked"),
        ("wait 20, press 9", "ninth"),
        ("wait 20, press 5, wait 60", "late"),
        ("agents none", "nobody"),
        ("agents closed", "elsewhere"),
        ("agents full", "elsewhere"),
        ("overflow voicemail", "mail"),
        ("overflow callback", "elsewhere"),
        ("overflow flow:other", "from_other"),
        ("overflow queue:second, agent 5", "talked"),
        ("agent 5 then queue:second, agent 5", "talked"),
        ("agent 5 then flow:other", "from_other"),
        ("agent 5 then outside:051988880000, dial 20", "talked"),
        ("hangup", "hangup"),
    ],
)
def test_queue(do: str, outcome: str) -> None:
    assert play(QUEUE, OTHER, do=do).outcome == outcome


def test_queue_announcements_and_request() -> None:
    report = play(QUEUE, do="wait 35, agent 5")
    assert report.spoken == ["〔position/0〕", "〔patience〕", "〔patience〕"]
    assert [line.at for line in report.lines if line.what == "hears"] == [0, 10, 30]


def test_who_is_handed_on_to_a_number_that_is_busy_waits_in_the_queue_again_unless_the_flow_says_otherwise() -> None:
    do = "agent 5 then outside:13900000002, dial busy, agent 3"
    report = play("begin: {queue: general, next: bye}", do=do)
    assert report.nodes == ["begin", "bye"]
    assert [line.text for line in report.lines if line.what == "queue"] == ["general", "general"]
    report = play("begin: {queue: general, next: bye, failed: bye}", do=do)
    assert report.ways[0] == ("begin", "failed")


@pytest.mark.parametrize(
    ("do", "way"),
    [("dial 20", "next"), ("dial busy", "busy"), ("dial no_answer", "no_answer"), ("dial failed", "failed")],
)
def test_transfer(do: str, way: str) -> None:
    text = "begin: {transfer: {outside: caller.number}, next: bye, busy: bye, no_answer: bye, failed: bye}"
    assert play(text, do=do).ways[0] == ("begin", way)


@pytest.mark.parametrize(
    ("destination", "kind", "address"),
    [
        ("{agent: \"'1001'\"}", TargetKind.AGENT, "1001"),
        ("{agent: 1001}", TargetKind.AGENT, "1001"),
        ("{group: night}", TargetKind.GROUP, "night"),
        ("{extension: \"'8001'\"}", TargetKind.EXTENSION, "8001"),
        ("{emergency: 110}", TargetKind.EMERGENCY, "110"),
    ],
)
def test_transfer_destinations(destination: str, kind: TargetKind, address: str) -> None:
    report = play(f"begin: {{transfer: {destination}, next: bye}}", do="dial 5")
    assert f"{kind} {address}" in [line.text for line in report.lines if line.what == "dials"]


def test_transfer_to_a_flow_does_not_come_back() -> None:
    report = play("begin: {transfer: {flow: other}}", OTHER)
    assert (report.outcome, report.nodes) == ("from_other", ["begin", "other.begin"])


@pytest.mark.parametrize(
    ("do", "way", "seconds"), [("speak 12", "next", 12), ("speak 0.3", "empty", 0.3), ("wait 4, press #", "next", 4)]
)
def test_record(do: str, way: str, seconds: float) -> None:
    report = play("begin: {record: [], into: left, shortest: 1, next: bye, empty: bye}", do=do)
    assert report.ways[0] == ("begin", way)
    assert report.variables["left"]["seconds"] == pytest.approx(seconds)


def test_message_goes_to_the_caller_unless_told_otherwise() -> None:
    report = play(
        "begin: {message: '编号{n}', next: second}\n"
        "second: {message: 转, to: \"'13900000002'\", channel: wechat, next: bye}",
        caller="13800000001",
    )
    # The number of the message is not known: it fails before anything is sent.
    assert report.nodes == ["begin", "human", "bye"]
    report = play(
        "begin: {message: 您好, next: second}\nsecond: {message: 转, to: \"'139'\", channel: wechat, next: bye}"
    )
    assert [line.text for line in report.lines if line.what == "message"] == ["13800000001: 您好", "139: 转"]
    assert play("begin: {message: 您好, next: bye, failed: bye}", caller="anonymous").ways[0] == ("begin", "failed")


def test_http_takes_values_and_goes_by_status() -> None:
    text = """
        begin:
          http: http://127.0.0.1/tickets/{caller.number}
          take: {state: data.items.0.state, count: {path: data.count, type: number}}
          statuses: {404: missing}
          next: bye
          failed: failed
        missing: {end: missing}
        failed: {end: failed}
    """
    good = play(text, do='status 200 {"data": {"items": [{"state": "closed"}], "count": 3}}')
    assert (good.outcome, good.variables) == ("done", {"state": "closed", "count": 3})
    assert play(text, do="status 404").outcome == "missing"
    assert play(text, do="status 500").outcome == "failed"
    assert play(text, do='status 200 {"data": {}}').outcome == "failed"
    assert play(text, do='status 200 {"data": {"items": [{"state": "x"}], "count": "3"}}').outcome == "failed"
    assert play(text, do="slow 10").outcome == "failed"


def test_http_sends_a_nested_body_and_every_expression_is_looked_at() -> None:
    """Bodies were flat, and a name that stood in query and body hid one of its expressions from lint."""
    node = Http.model_validate(
        {
            "http": "http://a/b",
            "method": "POST",
            "query": {"n": "1"},
            "body": {"n": "ghost", "who": {"number": "caller.number", "tags": ["'a'", {"deep": "1 + 1"}]}},
            "next": "bye",
        }
    )
    places = {place: one.text for place, one, _ in node.expressions()}
    assert places["query", "n"] == "1" and places["body", "n"] == "ghost"
    assert places["body", "who", "tags", 1, "deep"] == "1 + 1" and len(places) == 5
    assert node.model_dump()["body"]["who"] == {"number": "caller.number", "tags": ["'a'", {"deep": "1 + 1"}]}


def test_callback() -> None:
    asked = [line.text for line in play("begin: {callback: general, next: bye}").lines if line.what == "callback"]
    assert asked == ["13800000001 by general"]
    unknown = play("begin: {callback: general, next: bye, failed: bye}", caller="anonymous")
    assert unknown.ways[0] == ("begin", "failed")


@pytest.mark.parametrize(
    ("do", "way", "rated"),
    [("press 1", "next", [("1", 100)]), ("press 9, press 2", "next", [("2", 50)]), ("wait 60", "timeout", []),
     ("press 9, press 9", "invalid", []), ("type 1", "timeout", [])],
)  # fmt: skip
def test_rate(do: str, way: str, rated: list[tuple[str, int]]) -> None:
    text = 'begin: {rate: ask, scores: {"1": 100, "2": 50}, next: bye, timeout: bye, invalid: bye}'
    report = play(text, do=do)
    assert report.ways[0] == ("begin", way)
    assert report.ratings == rated


SUB = """
flow: sub
start: begin
arguments: {n: number}
results: {twice: number}
nodes:
  begin:
    when: [{if: n > 10, next: much}]
    else: little
  much: {end: much, results: {twice: n * 2}}
  little: {end: little, results: {twice: n * 2}}
"""


@pytest.mark.parametrize(("n", "way", "twice"), [(3, "next", 6), (20, "end much", 40)])
def test_call(n: int, way: str, twice: int) -> None:
    text = f"""
        begin: {{call: sub, arguments: {{n: {n}}}, results: {{got: twice}}, ends: {{much: bye}}, next: bye}}
    """
    report = play(text, SUB)
    assert report.variables == {"got": twice}
    assert ("begin", "end much" if n > 10 else "end little") in report.ways
    assert way in (report.ways[-2][1], "next")


def test_call_of_nothing_fails() -> None:
    assert play("begin: {call: nowhere, next: bye, failed: lost}\nlost: {end: lost}").outcome == "lost"


def test_end_says_a_last_word() -> None:
    report = play("begin: {end: over, say: goodbye, results: {a: 1}}")
    assert (report.outcome, report.spoken) == ("over", ["〔goodbye〕"])


def test_at_most_counts_entries() -> None:
    report = play("begin: {say: again, at_most: 3, exhausted: bye, next: begin}")
    assert report.nodes == ["begin"] * 3 + ["bye"]


def test_dial_results_all_have_a_way() -> None:
    transfer = flow("begin: {transfer: {agent: 1}, next: bye}")
    for result in DialResult:
        assert result is DialResult.ANSWERED or transfer.way("begin", "failed") == "human"


def test_outgoing_message_is_plain() -> None:
    assert OutgoingMessage("sms", "1", "x").template == ""
