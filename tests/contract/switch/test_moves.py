"""Legs that are moved about: pulled, connected, joined, transferred by their phones."""

import asyncio

import pytest

from cti.base.call import Party
from cti.base.numbers.number import Number
from cti.telephony.switch.address import PhoneAddress
from cti.telephony.switch.port import (
    CallSession,
    Dialled,
    DialRequest,
    DialResult,
    LegGone,
    LegHungUp,
    LegLeft,
    LegTransferred,
    Played,
    SpyMode,
)
from tests.contract.switch.engine import BareEngine, over
from tests.contract.switch.world import CITIZEN, HOTLINE, MUSIC, Line, World, hears, story, until_together

NOBODY: frozenset[str] = frozenset()


class Talk:
    """A citizen who talks with 1001."""

    def __init__(self, line: Line, desk: Line, session: CallSession, call: str, leg: str) -> None:
        self.line = line
        self.desk = desk
        self.session = session
        self.call = call
        self.leg = leg
        self.caller_leg = session.arrival.leg
        self.dialling: asyncio.Task[Dialled] | None = None

    @classmethod
    async def begin(cls, engine: BareEngine) -> "Talk":
        await engine.phones_there()
        line, session, call = await engine.citizen_in()
        dialling = asyncio.create_task(session.dial(DialRequest([PhoneAddress("1001")], 10, agent="1001")))
        desk = await engine.world.handsets["1001"].next_call()
        await desk.answer()
        talk = cls(line, desk, session, call, (await engine.dialled("1001")).leg)
        talk.dialling = dialling
        await until_together(engine.switch, talk.leg)
        return talk

    async def over(self) -> Dialled:
        assert self.dialling is not None
        return await asyncio.wait_for(self.dialling, 8)


async def pulled(engine: BareEngine, talk: Talk) -> tuple[CallSession, CallSession]:
    """The new sessions of caller and agent."""
    await engine.switch.pull(talk.caller_leg, talk.leg)
    with pytest.raises(LegLeft):
        await talk.over()
    found = {session.arrival.leg: session for session in (await engine.session(), await engine.session())}
    return found[talk.caller_leg], found[talk.leg]


@story
async def test_both_legs_are_pulled_into_sessions(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        caller, agent = await pulled(engine, talk)
        assert (caller.arrival.call, caller.arrival.party, caller.arrival.answered) == (talk.call, Party.CALLER, True)
        assert (agent.arrival.call, agent.arrival.party, agent.arrival.agent) == (talk.call, Party.AGENT, "1001")
        assert isinstance(await over(talk.session), LegLeft)
        await caller.wait()
        await hears(world, {CITIZEN: {MUSIC}, "1001": NOBODY})
        assert engine.never_told(LegGone)


@story
async def test_pulled_legs_are_connected_again(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        caller, agent = await pulled(engine, talk)
        await caller.wait()
        connected = asyncio.create_task(caller.connect(talk.leg))
        assert isinstance(await over(agent), LegLeft)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await talk.desk.hang_up()
        assert await asyncio.wait_for(connected, 5) > 0.3
        assert await caller.play(["notice"]) == Played()


@story
async def test_one_leg_is_pulled_and_the_other_comes_to_its_end(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        await engine.switch.pull(talk.caller_leg)
        caller = await engine.session()
        assert caller.arrival.leg == talk.caller_leg
        await talk.desk.ended()
        assert await caller.play(["notice"]) == Played()


@story
async def test_consult_and_hand_over(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        caller, agent = await pulled(engine, talk)
        await caller.wait()
        consulting = asyncio.create_task(
            agent.dial(DialRequest([PhoneAddress("1002")], 10, party=Party.CONSULTED, agent="1002"))
        )
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await hears(world, {CITIZEN: {MUSIC}, "1001": {"1002"}, "1002": {"1001"}})
        expert_leg = (await engine.dialled("1002")).leg
        connected = asyncio.create_task(caller.connect(expert_leg))
        assert (await asyncio.wait_for(consulting, 5)).result is DialResult.ANSWERED
        await agent.hang_up()
        await talk.desk.ended()
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await expert.hang_up()
        await asyncio.wait_for(connected, 5)
        assert await caller.play(["notice"]) == Played()


@story
async def test_the_consulted_party_is_busy_and_the_agent_goes_back(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        caller, agent = await pulled(engine, talk)
        await caller.wait()
        consulting = asyncio.create_task(
            agent.dial(DialRequest([PhoneAddress("1002")], 10, party=Party.CONSULTED, agent="1002"))
        )
        await (await world.handsets["1002"].next_call()).reject()
        assert await asyncio.wait_for(consulting, 5) == Dialled(DialResult.BUSY)
        connected = asyncio.create_task(caller.connect(talk.leg))
        assert isinstance(await over(agent), LegLeft)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})
        await talk.line.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(connected, 5)


@story
async def test_conference_which_the_agent_leaves(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        caller, agent = await pulled(engine, talk)
        await caller.wait()
        consulting = asyncio.create_task(
            agent.dial(DialRequest([PhoneAddress("1002")], 10, party=Party.CONSULTED, agent="1002"))
        )
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        joined = asyncio.create_task(caller.join(talk.leg))
        await asyncio.sleep(0.3)
        await hears(
            world,
            {
                CITIZEN: {"1001", "1002"},
                "1001": {CITIZEN, "1002"},
                "1002": {CITIZEN, "1001"},
            },
        )
        await talk.desk.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(consulting, 5)
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        await expert.hang_up()
        await asyncio.wait_for(joined, 5)
        assert await caller.play(["notice"]) == Played()


async def supervisor(engine: BareEngine, talk: Talk) -> tuple[Line, CallSession]:
    """1003's phone in a session."""
    ringing = asyncio.create_task(
        engine.switch.originate(
            PhoneAddress("1003"),
            call=talk.call,
            party=Party.SUPERVISOR,
            agent="1003",
            caller=Number.extension("1001"),
            timeout=8,
        )
    )
    line = await engine.world.handsets["1003"].next_call()
    await line.answer()
    assert await asyncio.wait_for(ringing, 5) is DialResult.ANSWERED
    session = await engine.session()
    arrival = session.arrival
    assert (arrival.call, arrival.party, arrival.agent) == (talk.call, Party.SUPERVISOR, "1003")
    return line, session


@story
async def test_listen(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        line, session = await supervisor(engine, talk)
        spying = asyncio.create_task(session.spy(talk.leg, SpyMode.LISTEN))
        await asyncio.sleep(0.3)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}, "1003": {CITIZEN, "1001"}})
        await talk.desk.hang_up()
        await talk.over()
        await asyncio.wait_for(spying, 5)
        await session.hang_up()
        await line.ended()


@story
async def test_whisper(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        line, session = await supervisor(engine, talk)
        spying = asyncio.create_task(session.spy(talk.leg, SpyMode.WHISPER))
        await asyncio.sleep(0.3)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN, "1003"}, "1003": {CITIZEN, "1001"}})
        await line.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(spying, 5)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})


@story
async def test_barge_in(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        line, session = await supervisor(engine, talk)
        joined = asyncio.create_task(session.join(talk.caller_leg))
        await asyncio.sleep(0.3)
        await hears(world, {CITIZEN: {"1001", "1003"}, "1001": {CITIZEN, "1003"}, "1003": {CITIZEN, "1001"}})
        await line.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(joined, 5)
        await hears(world, {CITIZEN: {"1001"}, "1001": {CITIZEN}})


@story
async def test_intercept(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        line, session = await supervisor(engine, talk)
        joined = asyncio.create_task(session.join(talk.caller_leg))
        await asyncio.sleep(0.3)
        await engine.switch.hang_up(talk.leg)
        await talk.desk.ended()
        await hears(world, {CITIZEN: {"1003"}, "1003": {CITIZEN}})
        await line.hang_up()
        with pytest.raises(LegHungUp):
            await asyncio.wait_for(joined, 5)
        assert (await talk.over()).result is DialResult.ANSWERED
        assert await talk.session.play(["notice"]) == Played()


@story
async def test_the_phone_transfers_blindly(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        began = world.clock.now()
        await talk.desk.refer("1002")
        told = await engine.told(LegTransferred, leg=talk.caller_leg)
        # The new session of the leg and the word of the switch come over two connections, either first.
        assert told.by in (talk.leg, "") and told.target == "1002"
        with pytest.raises(LegLeft):
            await talk.over()
        caller = await engine.session()
        assert world.clock.now() - began < 1.5
        assert (caller.arrival.leg, caller.arrival.call, caller.arrival.target) == (talk.caller_leg, talk.call, "1002")
        await talk.desk.ended()
        assert await caller.play(["notice"]) == Played()
        assert not talk.line.is_over


@story
async def test_the_phone_transfers_to_whom_it_has_asked(world: World) -> None:
    async with BareEngine(world) as engine:
        talk = await Talk.begin(engine)
        await talk.desk.hold()
        asking = await world.handsets["1001"].call("1002")
        own = await engine.session()
        assert (own.arrival.party, own.arrival.agent, own.arrival.called.digits) == (Party.AGENT, "1001", "1002")
        consulting = asyncio.create_task(
            own.dial(DialRequest([PhoneAddress("1002")], 10, party=Party.CONSULTED, agent="1002"))
        )
        expert = await world.handsets["1002"].next_call()
        await expert.answer()
        await asking.answered()
        expert_leg = (await engine.dialled("1002")).leg
        await until_together(engine.switch, expert_leg)
        await talk.desk.refer_to(asking)
        told = await engine.told(LegTransferred, leg=talk.caller_leg)
        assert (told.by, told.to_leg) == (talk.leg, expert_leg)
        await asyncio.gather(consulting, return_exceptions=True)
        await asking.ended()
        await talk.desk.ended()
        await hears(world, {CITIZEN: {"1002"}, "1002": {CITIZEN}})
        assert not talk.dialling.done() if talk.dialling else False
        await expert.hang_up()
        assert (await talk.over()).result is DialResult.ANSWERED
        assert await talk.session.play(["notice"]) == Played()


@story
async def test_originate_tells_how_it_ended(world: World) -> None:
    async with BareEngine(world) as engine:
        await engine.phones_there()

        async def ring(seconds: float) -> DialResult:
            return await engine.switch.originate(
                PhoneAddress("1001"),
                call="",
                party=Party.OUTSIDE,
                agent="",
                caller=Number.parse(HOTLINE),
                timeout=seconds,
            )

        ringing = asyncio.create_task(ring(8))
        await (await world.handsets["1001"].next_call()).reject()
        assert await ringing is DialResult.BUSY
        ringing = asyncio.create_task(ring(1.5))
        line = await world.handsets["1001"].next_call()
        assert await asyncio.wait_for(ringing, 5) is DialResult.NO_ANSWER
        await line.ended()
        unreachable = engine.switch.originate(
            world.unreachable(),
            call="",
            party=Party.OUTSIDE,
            agent="",
            caller=Number.parse(HOTLINE),
            timeout=5,
        )
        assert await unreachable is DialResult.UNREACHABLE
