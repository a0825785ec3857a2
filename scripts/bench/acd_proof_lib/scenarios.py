"""SIPp's scenarios, written for this run: callers with a plan each, agents who throw dice, registrations.

Every telephone writes what it did into SIPp's log: `CALLER|AGENT date time seconds call-id who whom what`. What it
did is written in the action of a message that came, not in a step of its own: a message that comes while SIPp stands
at such a step ends the call. See SIPp 3.7's manual.
"""

from __future__ import annotations

LEAVING = (0.05, 0.4, 1.0, 2.0, 4.0, 7.0, 12.0, 20.0, 35.0, 60.0)
"""After so many seconds a caller of plan 1, 2, … hangs up, wherever he is then."""
PATIENT, CANCELS = len(LEAVING) + 1, 0
"""Plans: waits until he is let go; hangs up while he is being connected."""
LONGEST = 600
"""Seconds after which a patient caller leaves all the same."""

SILENT, DECLINE, BUSY, DEAF = 2.0, 6.0, 9.0, 14.0
"""Of a hundred offers an agent's phone leaves so many unanswered without a word, …, rings in vain; up to this one."""
RINGS = (0.3, 0.9, 2.5)
TALKS = (0.2, 3.0, 6.0, 10.0, 15.0, 22.0)
"""Seconds until an agent picks up, and until he hangs up: each as likely."""

SIGNS_OFF, AWAY, REGISTERED = 15.0, 6.0, 3600
"""So many of a hundred phones whose turn it is sign off, for so many seconds; for how long they register."""

_SDP = """\
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=phone 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio {port} RTP/AVP 8
      a=rtpmap:8 PCMA/8000
      a=sendrecv
"""
_EMPTY = "      Content-Length: 0\n\n"


def _log(text: str) -> str:
    return f'    <log message="{text}"/>\n'


def _nop(actions: str) -> str:
    return f"  <nop><action>\n{actions}  </action></nop>\n"


def _recv(attributes: str, actions: str) -> str:
    return f"  <recv {attributes}><action>\n{actions}  </action></recv>\n"


def _label(name: str) -> str:
    return f'  <label id="{name}"/>\n'


def _send(lines: str, attributes: str = "") -> str:
    return f"  <send{attributes}><![CDATA[\n{lines}    ]]></send>\n"


def _reply(status: str, body: str = _EMPTY, *, tag: bool = False, attributes: str = "") -> str:
    # In calls of the out-of-call scenario SIPp gives all of them one number: the Call-ID tells them apart.
    to = "      [last_To:];tag=[call_id]\n" if tag else "      [last_To:]\n"
    return _send(
        f"      SIP/2.0 {status}\n      [last_Via:]\n      [last_From:]\n{to}      [last_Call-ID:]\n"
        f"      [last_CSeq:]\n      Contact: <sip:phone@[local_ip]:[local_port]>\n{body}",
        attributes,
    )


def _ends(left: str, released: str, bye: str) -> str:
    """From `leaves` to `end`: he hangs up, or (`released`) was let go; both may happen at once."""
    return (
        _label("leaves")
        + bye
        + _recv('request="BYE" optional="true" next="both"', left)
        + _recv('response="200" optional="true" next="end"', left)
        + _recv('response="481" next="end"', left)
        + _label("both")
        + _reply("200 OK")
        + '  <recv response="200" optional="true" next="end"/>\n  <recv response="481" next="end"/>\n'
        + _label("released")
        + _reply("200 OK")
        + '  <nop next="end"/>\n'
    )


# ── callers ──────────────────────────────────────────────────────────────────────────────────────────────────────


_OWN = "z9hG4bK-c-[pid]-[call_number]"
"""The branch of an INVITE that is cancelled: its CANCEL and its ACK must have the same (RFC 3261, 9.1 and 17.1.1.3)."""


def _asking(
    method: str,
    sequence: int,
    target: str,
    rest: str = _EMPTY,
    attributes: str = "",
    to: str = "",
    branch: str = "[branch]",
) -> str:
    return _send(
        f"      {method} {target} SIP/2.0\n"
        f"      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}\n"
        "      From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]-[call_number]\n"
        f"      To: <sip:[field1]@[remote_ip]:[remote_port]>{to}\n"
        f"      Call-ID: [call_id]\n      CSeq: {sequence} {method}\n"
        "      Contact: <sip:[field0]@[local_ip]:[local_port]>\n      Max-Forwards: 70\n" + rest,
        attributes,
    )


def callers() -> str:
    """Who call: number, number called and plan of each stand in a file."""
    called, tag = "sip:[field1]@[remote_ip]:[remote_port]", "[peer_tag_param]"

    def said(what: str) -> str:
        return _log(f"CALLER [timestamp] [call_id] [field0] [field1] {what}")

    plans = range(CANCELS, PATIENT + 1)
    choose = "".join(
        f'    <test assign_to="is{plan}" variable="plan" compare="equal" value="{plan}"/>\n' for plan in plans
    )
    told = '    <assignstr assign_to="told" value="[field2]"/>\n    <todouble assign_to="plan" variable="told"/>\n'

    def invite(branch: str) -> str:
        sound, transaction = _SDP.format(port="[media_port]"), ' retrans="500"'
        return _asking("INVITE", 1, called, sound, transaction, branch=branch)

    ack = _asking("ACK", 1, "[next_url]", to=tag)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="callers">\n',
        _nop(said("invites") + told + choose),
        f'  <nop next="cancels" test="is{CANCELS}"/>\n',
        invite("[branch]"),
        '  <recv response="100" optional="true"/>\n',
        '  <recv response="180" optional="true"/>\n',
        '  <recv response="183" optional="true"/>\n',
        _recv('response="200" rrs="true" timeout="40000" ontimeout="nobody"', said("answered")),
        *(f'  <nop next="plan{plan}" test="is{plan}"/>\n' for plan in plans if plan != CANCELS),
    ]
    for plan in range(1, PATIENT + 1):
        seconds = LONGEST if plan == PATIENT else LEAVING[plan - 1]
        parts += [
            _label(f"plan{plan}"),
            ack,
            _recv(f'request="BYE" timeout="{seconds * 1000:.0f}" ontimeout="leaves" next="released"', said("released")),
        ]
    # Both 200s have one branch: only the CSeq tells whether the INVITE or the CANCEL is meant.
    of_invite = '    <ereg regexp="INVITE" search_in="hdr" header="CSeq:" assign_to="invited"/>\n'
    cancelled = _recv('response="487" optional="true" next="cancelled"', said("cancelled"))
    parts += [
        _ends(said("leaves"), said("released"), _asking("BYE", 2, "[next_url]", attributes=' retrans="500"', to=tag)),
        _label("cancels"),
        invite(_OWN),
        '  <recv response="100"/>\n',
        _asking("CANCEL", 1, called, attributes=' retrans="500"', branch=_OWN),
        cancelled,
        _recv('response="200" rrs="true" next="both_answers" test="invited"', of_invite),
        cancelled,
        '  <recv response="200" rrs="true" next="anyway"/>\n',
        # Answered all the same: the other answer, to the CANCEL, comes first or is lost.
        _label("both_answers"),
        '  <recv response="200" timeout="1000" ontimeout="anyway"/>\n',
        _label("anyway"),
        _nop(said("answered")),
        ack,
        '  <nop next="leaves"/>\n',
        _label("cancelled"),
        _asking("ACK", 1, called, to=tag, branch=_OWN),
        '  <nop next="end"/>\n',
        _label("nobody"),
        _nop(said("nobody")),
        _label("end"),
        "</scenario>\n",
    ]
    return "".join(parts)


# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────


def agents(sound: str) -> str:
    """All agents' phones: `sound` is a file of A-law samples that they say."""

    def said(what: str) -> str:
        return _log(f"AGENT [timestamp] [call_id] [$agent] [$call] {what}")

    def below(name: str, dice: str, value: float) -> str:
        return f'    <test assign_to="{name}" variable="{dice}" compare="less_than" value="{value:g}"/>\n'

    chances = (("silent", SILENT), ("declines", DECLINE), ("busy", BUSY), ("deaf", DEAF))
    fates = [(ring, talk) for ring in RINGS for talk in range(len(TALKS))]
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="agents">\n',
        '  <recv request="OPTIONS" optional="true" next="options"/>\n',
        _recv(
            'request="INVITE" rrs="true"',
            '    <ereg regexp="^INVITE sip:([^@;]+)@" search_in="msg" assign_to="line,agent"/>\n'
            '    <ereg regexp="[0-9A-Z]{26}" search_in="hdr" header="X-Hotline-Call:" assign_to="call"/>\n'
            '    <sample assign_to="chance" distribution="uniform" min="0" max="100"/>\n'
            f'    <sample assign_to="fate" distribution="uniform" min="0" max="{len(fates)}"/>\n'
            + "".join(below(name, "chance", most) for name, most in chances)
            + "".join(below(f"fate{at}", "fate", at + 1) for at in range(len(fates))),
        ),
        '  <Reference variables="line"/>\n',
        *(f'  <nop next="{name}" test="{name}"/>\n' for name, _ in chances),
        _nop(said("rings")),
        *(f'  <nop next="ring{at}" test="fate{at}"/>\n' for at in range(len(fates))),
    ]
    for at, (ring, talk) in enumerate(fates):
        waits = f'request="CANCEL" timeout="{ring * 1000:.0f}" ontimeout="answer{talk}" next="cancelled"'
        parts += [_label(f"ring{at}"), _reply("180 Ringing", tag=True), _recv(waits, said("cancelled"))]
    confirmed = (
        said("answered")
        + '    <ereg regexp=".*" search_in="hdr" header="From:" assign_to="peer"/>\n'
        + '    <ereg regexp=".*" search_in="hdr" header="To:" assign_to="own"/>\n'
        + f'    <exec rtp_stream="{sound},-1,8"/>\n'
    )
    for talk, seconds in enumerate(TALKS):
        parts += [
            _label(f"answer{talk}"),
            _reply("200 OK", _SDP.format(port="[rtpstream_audio_port]"), tag=True, attributes=' retrans="500"'),
            f'  <recv request="CANCEL" optional="true" next="late{talk}"/>\n',
            _label(f"confirmed{talk}"),
            _recv('request="ACK" timeout="35000" ontimeout="forgotten"', confirmed),
            _recv(f'request="BYE" timeout="{seconds * 1000:.0f}" ontimeout="leaves" next="released"', said("released")),
            _label(f"late{talk}"),
            _reply("200 OK", tag=True),
            f'  <nop next="confirmed{talk}"/>\n',
        ]
    bye = _send(
        "      BYE [next_url] SIP/2.0\n"
        "      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[call_id]\n"
        "      [routes]\n      From: [$own]\n"
        "      To: [$peer]\n      Call-ID: [call_id]\n      CSeq: 2 BYE\n      Max-Forwards: 70\n" + _EMPTY,
        ' retrans="500"',
    )
    confirmation = '  <recv request="ACK" timeout="35000" ontimeout="end" next="end"/>\n'
    parts += [
        _ends(said("leaves"), said("released"), bye),
        _label("cancelled"),
        _reply("200 OK", tag=True),
        _send(
            "      SIP/2.0 487 Request Terminated\n      [last_Via:]\n      [last_From:]\n"
            "      [last_To:];tag=[call_id]\n      [last_Call-ID:]\n      CSeq: [last_cseq_number] INVITE\n" + _EMPTY,
            ' retrans="500"',
        ),
        confirmation,
    ]
    for name, status in (("declines", "603 Decline"), ("busy", "486 Busy Here")):
        parts += [
            _label(name),
            _nop(said(name)),
            _reply(status, tag=True, attributes=' retrans="500"'),
            confirmation,
        ]
    parts += [
        _label("deaf"),
        _nop(said("rings")),
        _reply("180 Ringing", tag=True),
        _recv('request="CANCEL" timeout="90000" ontimeout="forgotten" next="cancelled"', said("cancelled")),
        _label("silent"),
        _nop(said("silent")),
        '  <recv request="CANCEL" timeout="40000" ontimeout="end" next="end"/>\n',
        _label("forgotten"),
        _nop(said("forgotten")),
        '  <nop next="end"/>\n',
        _label("options"),
        _reply("200 OK", tag=True),
        _label("end"),
        "</scenario>\n",
    ]
    return "".join(parts)


# ── registrations ────────────────────────────────────────────────────────────────────────────────────────────────


def registration() -> str:
    """Each phone registers whenever its turn comes; now and then one signs off first, and is away for a while."""

    def register(sequence: int, seconds: int, more: str = "") -> str:
        return _send(
            "      REGISTER sip:[remote_ip]:[remote_port] SIP/2.0\n"
            "      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
            "      From: <sip:[field0]@[local_ip]>;tag=[pid]-[call_number]\n      To: <sip:[field0]@[local_ip]>\n"
            f"      Call-ID: [call_id]\n      CSeq: {sequence} REGISTER\n      Max-Forwards: 70\n"
            f"      Contact: <sip:[field0]@[local_ip]:[local_port]>;expires={seconds}\n{more}" + _EMPTY,
            ' retrans="500"',
        )

    def round_trip(sequence: int, seconds: int, what: str) -> str:
        return (
            register(sequence, seconds)
            + '  <recv response="100" optional="true"/>\n  <recv response="401" auth="true"/>\n'
            + register(sequence + 1, seconds, "      [field1]\n")
            + '  <recv response="100" optional="true"/>\n'
            + _recv('response="200"', _log(f"PHONE [timestamp] [call_id] [field0] - {what}"))
        )

    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="registration">\n'
        + _nop(
            '    <sample assign_to="chance" distribution="uniform" min="0" max="100"/>\n'
            f'    <test assign_to="stays" variable="chance" compare="greater_than" value="{SIGNS_OFF:g}"/>\n'
        )
        + '  <nop next="registers" test="stays"/>\n'
        + round_trip(1, 0, "signed_off")
        + f'  <pause milliseconds="{AWAY * 1000:.0f}"/>\n'
        + _label("registers")
        + round_trip(3, REGISTERED, "registered")
        + "</scenario>\n"
    )
