"""The dialplan: every leg goes into a session of the engine, and waits with music while there is none.

A leg outlives the engine: `AGI()` is entered again until an engine answers; after `patience` seconds without one a
caller goes to the switch's own queue, from which a returning engine takes him back.
"""

from __future__ import annotations

from cti.telephony.switch.keys import MOST_KEYS

QUALITY = "HOTLINE_QUALITY"
"""What the switch counted of a leg's sound; it is written when the leg ends."""
CHANNEL_VARIABLES = ("HOTLINE_CALL", "HOTLINE_PARTY", "HOTLINE_AGENT", QUALITY)
"""What every AMI event about a channel tells besides."""

SESSION_CONTEXT = "session"
EMERGENCY_CONTEXT = "emergency"
EMERGENCY_QUEUE = "emergency"
LEG_CONTEXT = "leg"
URGENT = "urgent"
TRUNK_GROUP = "trunk"
HELD = "HELD"
"""Until when (seconds since 1970) the engine holds a place on a line: `HELD-TRUNK`, see `line_places`."""
"""The category in which the legs of each carrier's line are counted."""
LIMITS = "trunk_limits.conf"
"""How many of our calls each carries."""
TRANSFER_CONTEXT = "transfer"
TRUNK_CONTEXT = "trunk"
DOOR_CONTEXT = "door"
PHONE_CONTEXT = "phones"
QUALITY_CONTEXT = "quality"
NOTICE_CONTEXT = "notice"
SOON_SECONDS = 8
"""So long after the engine's death it is tried again five times a second, then once."""
LONGEST_NUMBER = 32
"""Characters of a called number."""
LONGEST_PATTERN = 254
"""Characters of a pattern: Asterisk cuts what is longer than its buffer of 256 bytes (`pbx_config.c`, `realext`)."""

_DIALPLAN = """\
[general]
static=yes
writeprotect=yes
autofallthrough=yes
clearglobalvars=yes

; shows the engine that a session is the switch's
[globals]
HOTLINE_PROOF={proof}

; a carrier's call: unanswered, so that a refused one costs the caller nothing. The switch's record of it has the
; number called as its account code: else nobody knew it of a call that no engine saw
[trunk]
{called_numbers}
; a call from one of our phones
[phones]
{dialled_numbers}
; a blind REFER from a phone: the leg comes back to the engine with its target
[transfer]
{transfer_targets}
; what a caller sends is a number here, or nothing: whatever reads it from here on may put it anywhere
[door]
exten => s,1,Set(HOTLINE_CALLER=${IF($[${REGEX("^[+]?[0-9-]+$" ${CALLERID(num)})}]?${FILTER(+0-9,${CALLERID(num)})}:)})
 same => n,MSet(CALLERID(name)=,CALLERID(num)=${HOTLINE_CALLER},CALLERID(ANI-name)=,CALLERID(ANI-num)=${HOTLINE_CALLER})
 same => n,MSet(CALLERID(RDNIS)=,CALLERID(dnid)=${HOTLINE_CALLED},AGIEXITONHANGUP=yes,TRANSFER_CONTEXT=)
 same => n,Goto(session,s,1)

[session]
; since when the leg is here: the engine may see it for the first time much later
exten => s,1,MSet(HOTLINE_SINCE=${EPOCH},HOTLINE_KEYS=,HOTLINE_ARRIVED=${IF($["${HOTLINE_ARRIVED}" = ""]?\
${STRFTIME(,,%s.%3q)}:${HOTLINE_ARRIVED})})
 same => n(try),AGI(agi://{host}:{session_port}/,${HOTLINE_CALL},${HOTLINE_PARTY},${HOTLINE_AGENT},\
${HOTLINE_CALLED},${HOTLINE_TRUNK},${HOTLINE_TARGET},${CHANNEL(state)},${HOTLINE_ARRIVED},\
${HOTLINE_PROOF},${HOTLINE_KEYS})
 same => n,GotoIf($["${HOTLINE_GIVE_UP}" = "1"]?without)
; an engine that was there and went away: its death begins now
 same => n,ExecIf($["${AGISTATUS}" = "SUCCESS"]?MSet(HOTLINE_SINCE=${EPOCH},HOTLINE_KEYS=))
 same => n,Answer(0)
 same => n,GotoIf($[${EPOCH} - ${HOTLINE_SINCE} >= {patience}]?without)
 same => n,StartMusicOnHold(default)
; an engine that died is mostly back in a moment: its callers are not kept from it. What they type meanwhile counts
 same => n(typing),WaitDigit(${IF($[${EPOCH} - ${HOTLINE_SINCE} < {soon}]?0.2:1)},0123456789*#)
 same => n,GotoIf($["${WAITDIGITSTATUS}" = "DTMF" & ${LEN(${HOTLINE_KEYS})} < {keys}]?typed)
 same => n,StopMusicOnHold()
 same => n,Goto(try)
 same => n(typed),Set(HOTLINE_KEYS=${HOTLINE_KEYS}${WAITDIGITRESULT})
 same => n,Goto(typing)
 same => n(without),GotoIf($["${HOTLINE_PARTY}" = "caller"]?emergency,s,1)
 same => n,Hangup()

[emergency]
exten => s,1,Answer(0)
 same => n,Set(BASE={recordings}/emergency-${UNIQUEID})
 same => n,MixMonitor(,bSr(${BASE}.caller.wav)t(${BASE}.agent.wav))
 same => n,Queue(emergency,b(leg^s^1(agent)),,,600)
 same => n,Hangup()

; before a dialled leg rings: whose it is, where its endpoint does not say so, and which number it shows (`none`: the
; dialling leg's does not go out). Arguments: party, agent, seconds until it answers by itself, number, urgent
[leg]
exten => s,1,MSet(HOTLINE_PARTY=${ARG1},HOTLINE_AGENT=${ARG2},__TRANSFER_CONTEXT=transfer,AGIEXITONHANGUP=yes)
 same => n,Set(PJSIP_HEADER(add,X-Hotline-Call)=${HOTLINE_CALL})
 same => n,GotoIf($["${ARG3}" = ""]?ringing)
 same => n,Set(PJSIP_HEADER(add,Call-Info)=<sip:hotline>\\;answer-after=${ARG3})
; what other makes of telephones understand
 same => n,Set(PJSIP_HEADER(add,Alert-Info)=<sip:hotline>\\;info=alert-autoanswer\\;delay=${ARG3})
 same => n(ringing),GotoIf($["${ARG4}" = ""]?told)
 same => n,Set(CONNECTEDLINE(name,i)=)
 same => n,Set(CONNECTEDLINE(num,i)=${IF($["${ARG4}" = "none"]?:${ARG4})})
 same => n,Set(CONNECTEDLINE(pres,i)=${IF($["${ARG4}" = "none"]?unavailable:allowed)})
 same => n(told),GosubIf($["${HOTLINE_CHANNELS}" != ""]?trunk,1(${ARG5}))
 same => n,Return()
; a carrier's line carries so many of our calls, and takes so many a second, whatever the engine believes; one to 110
; goes out all the same. Argument: urgent
exten => trunk,1,Set(GROUP({group})=${HOTLINE_TRUNK})
 same => n,GotoIf($["${ARG1}" = "urgent"]?room)
 same => n,GotoIf($[${GROUP_COUNT(${HOTLINE_TRUNK}@{group})} + (0${GLOBAL({held}-${HOTLINE_TRUNK})} > ${EPOCH}) > \
${HOTLINE_CHANNELS}]?full)
 same => n,Set(LOCKED=${LOCK(${HOTLINE_TRUNK})})
 same => n,Set(LAST=${GLOBAL(BEGUN-${HOTLINE_TRUNK})})
 same => n,Set(NOW=${EPOCH})
 same => n,Set(BEGUN=${IF($["${CUT(LAST,-,1)}" = "${NOW}"]?$[0${CUT(LAST,-,2)} + 1]:1)})
 same => n,Set(GLOBAL(BEGUN-${HOTLINE_TRUNK})=${NOW}-${BEGUN})
 same => n,Set(LOCKED=${UNLOCK(${HOTLINE_TRUNK})})
 same => n,GotoIf($[${BEGUN} > ${HOTLINE_PER_SECOND}]?full)
 same => n(room),Return()
; no circuit available (ITU-T Q.850)
 same => n(full),Set(CHANNEL(hangupsource)=hotline)
 same => n,Hangup(34)
; on the dialling leg, before it dials: its talk is recorded. Argument: file
exten => record,1,MixMonitor(${ARG1},bD)
 same => n,Return()
; a phone has answered by itself: its agent hears that before the caller; a browser tells him itself. Argument: sound
[notice]
exten => s,1,ExecIf($["${CHANNEL(endpoint):-4}" != "-web"]?Playback(${ARG1}))
 same => n,Return()
; at the end of every leg: what the switch counted of its sound goes with the Hangup that the engine is told. To be here
; would give a phone that was dialled and not answered a record of its own in the switch's books
[quality]
exten => s,1,ExecIf($["${CHANNEL(state)}" != "Up" & "${HOTLINE_PARTY}" != "caller"]?Set(CDR_PROP(disable)=1))
 same => n,Set({quality}=codec=${CHANNEL(audionativeformat)}\\;far=${CHANNEL(rtp,dest)}\\;${CHANNEL(rtcp,all)})
 same => n,Return()
"""


def dialplan(*, host: str, session_port: int, patience: int, recordings: str, proof: str) -> str:
    """`extensions.conf` for an engine that takes sessions at host:port; `recordings` is a folder.

    `proof` goes with every session (`cti.telephony.switch.secrets.session_proof`).
    """
    values = {
        "host": host,
        "session_port": str(session_port),
        "patience": str(patience),
        "recordings": recordings,
        "proof": proof,
        "soon": str(SOON_SECONDS),
        "keys": str(MOST_KEYS),
        "group": TRUNK_GROUP,
        "held": HELD,
        "quality": QUALITY,
        "called_numbers": _extensions(
            "[+0-9A-Za-z]",
            "[+0-9A-Za-z._]",
            "MSet(HOTLINE_CALLED=${EXTEN},CHANNEL(accountcode)=${EXTEN})",
            DOOR_CONTEXT,
        ),
        "dialled_numbers": _extensions("[+0-9*#]", "[+0-9*#]", "Set(HOTLINE_CALLED=${EXTEN})", DOOR_CONTEXT),
        "transfer_targets": _extensions(
            "[+0-9*#]", "[+0-9*#]", "MSet(CALLERID(RDNIS)=,HOTLINE_TARGET=${EXTEN})", SESSION_CONTEXT
        ),
    }
    text = _DIALPLAN
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text


def _extensions(first: str, further: str, remember: str, context: str) -> str:
    """A pattern for each length of a number: no other text comes in, SIP itself refuses it (404).

    A pattern that ends in `!` or `.` would let anything follow, also line ends and commas. Where a pattern would be too
    long to be read whole, all but its first character are digits.
    """
    lines = []
    for length in range(LONGEST_NUMBER):
        pattern = f"_{first}{further * length}"
        if len(pattern) > LONGEST_PATTERN:
            pattern = f"_{first}{'X' * length}"
        lines += [f"exten => {pattern},1,{remember}", f" same => n,Goto({context},s,1)"]
    return "\n".join(lines) + "\n"
