"""The dialplan: every leg goes into a session of the engine, and waits with music while there is none.

A leg outlives the engine: `socket` is entered again until an engine answers; after `patience` seconds without one a
caller goes to the switch's own queue, from which a returning engine takes him back. Every leg that has been in a
session comes back into one after any talk (`transfer_after_bridge`), whether an engine lives or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from cti.telephony.switch.freeswitch.xml import element, extension, include
from cti.telephony.switch.keys import MOST_KEYS
from cti.telephony.switch.phone import REALM, Phone

SESSION = "session:XML:session"
"""Where a leg goes to come into a session, as `transfer_after_bridge` takes it."""
DOMAIN = REALM
"""The domain of all phones, whatever address they register at."""
INCOMING_CONTEXT = "incoming"
SESSION_CONTEXT = "session"
TRANSFER_CONTEXT = "transfer"
EMERGENCY_CONTEXT = "emergency"
ROOM_CONTEXT = "room"
TAP_CONTEXT = "tap"
MUSIC = "local_stream://default"
PIECE_SECONDS = 3
"""Waiting music comes in pieces: only between applications does a leg notice that its engine is gone."""
TRY_SECONDS = 2
"""Between two tries to reach an engine; FreeSWITCH ends no playback after less."""
GUARD_SECONDS = 5
"""So long a leg waits for an engine that has taken its call and says nothing."""
KEY_MILLISECONDS = 300
MARK_SECONDS = 0.5
"""What one mark of `hotline_tries` stands for: a key ends a try early."""
EMERGENCY_RING_SECONDS = 20
END = r"$(?!\n)"
"""The end of a text: `$` alone would let a line end follow."""
NUMBER = rf"^(\+?[0-9]{{1,20}})-?([0-9]{{0,20}})-?([0-9]{{0,20}}){END}"
CALLED = rf"^([+0-9A-Za-z][+0-9A-Za-z._-]{{0,31}}){END}"
DIALLED = rf"^([+0-9*#]{{1,32}}){END}"
"""A caller's number, a number that a carrier calls, and one that a phone dials: nothing else comes in."""
NOBODY = "0000000000"
"""What FreeSWITCH calls a caller who tells no number."""
STARTS = "0123456789abcdef"
"""Emergency callers begin at the agent that their uuid's last digit points to, so that not all ring the same one."""

PROOF = "hotline_proof"
"""The global variable by which an engine knows that a session is the switch's. No leg has it: records would tell it."""

GLOBALS = {
    "force_transfer_context": TRANSFER_CONTEXT,
    "hangup_after_conference": "false",
    "continue_on_fail": "true",
    "playback_terminators": "none",
    "instant_ringback": "true",
    "ringback": MUSIC,
    "transfer_ringback": MUSIC,
    "hold_music": MUSIC,
    "media_timeout": "60000",
    "media_hold_timeout": "300000",
}
"""What every leg has that says nothing else."""

_TRANSFER = ("transfer", "session XML session")
_MUSIC = (("set", f"playback_timeout_sec={TRY_SECONDS}"), ("playback", MUSIC), ("unset", "playback_timeout_sec"))
_MARKS = "1" * round(TRY_SECONDS / MARK_SECONDS)
_MUSIC_AND_KEYS = (
    ("set", f"playback_timeout_sec={TRY_SECONDS}"),
    # At least one key, no terminator, one try; a key that is not followed by another ends it after KEY_MILLISECONDS.
    (
        "play_and_get_digits",
        f"1 {MOST_KEYS} 1 {KEY_MILLISECONDS} none {MUSIC} silence_stream://10 hotline_key [0-9*#]+ {KEY_MILLISECONDS}",
    ),
    ("unset", "playback_timeout_sec"),
    ("set", "hotline_keys=${hotline_keys}${hotline_key}"),
    ("set", f"hotline_tries=${{hotline_tries}}${{cond('${{hotline_key}}' == '' ? {_MARKS} : 1)}}"),
    ("unset", "hotline_key"),
)
"""What a leg types while no engine listens counts for the one that takes it."""


def dialplan(*, host: str, session_port: int, patience: int, recordings: str, trunks: Iterable[str]) -> str:
    """`dialplan.xml` for an engine that takes sessions at host:port; `recordings` is a folder."""
    session = _session(host, session_port)
    return include(
        element("context", {"name": INCOMING_CONTEXT}, *_incoming(session, trunks)),
        element(
            "context",
            {"name": TRANSFER_CONTEXT},
            # A blind REFER from a phone: the leg comes back to the engine with its target.
            extension("transfer", [("destination_number", DIALLED)], [("set", "hotline_target=$1"), *session]),
        ),
        element("context", {"name": SESSION_CONTEXT}, *_sessions(session, patience)),
        element("context", {"name": ROOM_CONTEXT}, *_room(session)),
        element(
            "context",
            {"name": TAP_CONTEXT},
            extension("tap", [("destination_number", "^tap$")], [("answer", ""), ("park", "")]),
        ),
        element("context", {"name": EMERGENCY_CONTEXT}, _enter_emergency(recordings), emergency_include()),
    )


def _session(host: str, port: int) -> list[tuple[str, str]]:
    variables = {"hotline_place": "session", "hotline_room": "", "transfer_after_bridge": SESSION, "max_forwards": "70"}
    variables |= {"hangup_after_bridge": "false"}
    return [
        ("multiset", "^^;" + ";".join(f"{name}={value}" for name, value in variables.items())),
        # An engine that dies before it has answered leaves the leg in the socket for ever: unless one answers, which
        # calls this off, the leg goes on from there.
        ("sched_cancel", ""),
        ("sched_transfer", f"+{GUARD_SECONDS} retry XML session"),
        ("socket", f"{host}:{port} async full"),
        ("sched_cancel", ""),
        # Here when no engine answers, when it has died, and when it gives the leg up.
        ("set", "hotline_place=retry"),
        ("transfer", "retry XML session"),
    ]


def _recording(verb: str) -> tuple[str, str]:
    """What is recorded has talks alone. As an api command: the application would answer the leg."""
    return ("set", f"hotline_told=${{uuid_record(${{uuid}} {verb} ${{hotline_recording}})}}")


def _arrival(party: str, values: Mapping[str, str]) -> list[tuple[str, str]]:
    variables = {"hotline_party": party, "hotline_called": "$1", "hotline_first": "${uuid}"}
    return [("set", f"{name}={value}") for name, value in {**variables, **values}.items()]


def _door() -> list[str]:
    """What a caller sends is a number, or nothing: whatever reads it from here on may put it anywhere."""
    profile = ("caller_id_name", "ani", "aniii", "rdnis")
    forgotten = [("set_profile_var", f"{name}=") for name in profile]
    return [
        extension(
            "caller-known",
            [("caller_id_number", NUMBER)],
            [("set", "hotline_caller=$1$2$3"), ("set_profile_var", "caller_id_number=$1$2$3"), *forgotten],
            goes_on=True,
        ),
        extension(
            "caller-unknown",
            [("caller_id_number", f"^(?!{NUMBER.removeprefix('^')})")],
            [("set", "hotline_caller="), ("set_profile_var", f"caller_id_number={NOBODY}"), *forgotten],
            goes_on=True,
        ),
    ]


def _incoming(session: Sequence[tuple[str, str]], trunks: Iterable[str]) -> list[str]:
    phone = [*_arrival("agent", {"hotline_caller": "${hotline_agent}"}), *session]
    found = [
        *_door(),
        extension("phone", [("${hotline_agent}", "^.+$"), ("destination_number", DIALLED)], phone),
        # Whoever says that he is one of our phones must prove it, be he at a carrier's address.
        extension(
            "challenge",
            [
                ("${sip_from_user}", rf"^[A-Za-z0-9_-]+{END}"),
                (f"${{user_exists(id ${{sip_from_user}} {DOMAIN})}}", "^true$"),
            ],
            # With the realm that the digests of the phones' secrets are of: by default it is the host that was called.
            [("set", f"sip_challenge_realm={DOMAIN}"), ("respond", "407")],
        ),
    ]
    for name in trunks:
        conditions = [(f"${{acl(${{network_addr}} trunk-{name})}}", "^true$"), ("destination_number", CALLED)]
        found.append(extension(f"trunk-{name}", conditions, [*_arrival("caller", {"hotline_trunk": name}), *session]))
    refused = [("log", "WARNING refused: no carrier, or no called number, from ${network_addr}"), ("respond", "403")]
    return [*found, extension("refused", [], refused)]


def _sessions(session: Sequence[tuple[str, str]], patience: int) -> list[str]:
    # Conditions compare text, not numbers.
    marks = math.ceil(patience / MARK_SECONDS)
    without = [("destination_number", "^retry$"), ("${hotline_give_up}|${hotline_tries}", rf"^1\||\|1{{{marks},}}$")]
    is_caller = ("${hotline_party}", "^caller$")
    return [
        extension(
            "session-recorded",
            [("destination_number", "^session$"), ("${hotline_recording}", "^/")],
            [_recording("pause"), *session],
        ),
        extension("session", [("destination_number", "^session$")], session),
        extension("without-engine-caller", [*without, is_caller], [("transfer", "emergency XML emergency")]),
        extension("without-engine", without, [("hangup", "")]),
        extension(
            "retry",
            [("destination_number", "^retry$")],
            [("answer", ""), *_MUSIC_AND_KEYS, _TRANSFER],
        ),
    ]


def _room(session: Sequence[tuple[str, str]]) -> list[str]:
    return [
        extension(
            "room",
            [("destination_number", "^room-([0-9a-zA-Z-]+)$")],
            [
                ("multiset", "^^;hotline_place=talk;hotline_room=$1"),
                _recording("resume"),
                room("$1"),
                _recording("pause"),
                ("transfer", "left XML room"),
            ],
        ),
        extension("left", [("destination_number", "^left$"), ("${transfer_after_bridge}", "^session")], session),
        extension("left-and-done", [("destination_number", "^left$")], [("hangup", "")]),
    ]


def room(name: str) -> tuple[str, str]:
    """The application that puts a leg into the talk of several parties; it ends with the last but one."""
    return ("conference", f"{name}@talk+flags{{mintwo}}")


def _enter_emergency(recordings: str) -> str:
    base = f"{recordings}/emergency-${{uuid}}"
    recording: list[tuple[str, str]] = []
    for side, other, name in (("READ", "WRITE", "caller"), ("WRITE", "READ", "agent")):
        variables = f"RECORD_{side}_ONLY=true;RECORD_{other}_ONLY=false;RECORD_STEREO=false;RECORD_BRIDGE_REQ=true"
        recording += [("multiset", f"^^;{variables}"), ("record_session", f"{base}.{name}.wav")]
    variables = "hotline_place=emergency;hotline_give_up=;hotline_tries=;hangup_after_bridge=true"
    return extension(
        "enter",
        [("destination_number", "^emergency$"), ("${uuid}", "(.)$")],
        [
            ("answer", ""),
            ("multiset", f"^^;{variables};max_forwards=70"),
            ("unset", "transfer_after_bridge"),
            *recording,
            ("multiset", "^^;RECORD_READ_ONLY=false;RECORD_WRITE_ONLY=false"),
            ("transfer", "start-$1 XML emergency"),
        ],
    )


def emergency_include() -> str:
    """Where the emergency queue's agents are read from."""
    return element("X-PRE-PROCESS", {"cmd": "include", "data": "emergency.xml"})


def emergency(phones: Sequence[Phone]) -> str:
    """`emergency.xml`: an agent after the other rings, each for one caller at a time, until one answers."""
    endpoints: dict[str, list[str]] = {}
    for phone in phones:
        endpoints.setdefault(phone.agent, []).append(phone.endpoint)
    found = []
    for index, (agent, names) in enumerate(endpoints.items()):
        variables = (
            f"originate_timeout={EMERGENCY_RING_SECONDS},hotline_party=agent,hotline_agent={agent},"
            "hotline_call=${hotline_call},hotline_first=${hotline_first}"
        )
        legs = ",".join(f"[hotline_address={name}]user/{name}@{DOMAIN}" for name in names)
        found.append(
            extension(
                f"agent-{agent}",
                [("destination_number", f"^({_places(index, len(endpoints))})$")],
                [
                    ("limit_execute", f"hash hotline {agent} 1 bridge {{{variables}}}{legs}"),
                    ("set", "max_forwards=70"),
                    ("transfer", f"agent-{index + 1} XML emergency"),
                ],
            )
        )
    begin = "^(agent-[0-9]+|start-.)$"
    again = [("set", "max_forwards=70"), *_MUSIC, ("transfer", "agent-0 XML emergency")]
    return include(*found, extension("again", [("destination_number", begin)], again))


def _places(index: int, agents: int) -> str:
    begins = [digit for place, digit in enumerate(STARTS) if place * agents // len(STARTS) == index]
    return "|".join([f"agent-{index}", *(f"start-{digit}" for digit in begins)])
