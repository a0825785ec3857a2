"""Models that are asked: words never come later and later, however slow the model is."""

from __future__ import annotations

import asyncio

import pytest

from cti.base.clock import VirtualTimeLoop
from ivr.speech_models.asking import Answer, Head, ModelFailed, ModelQueue


class Slow:
    """Takes three seconds for each request."""

    is_there = True

    async def start(self) -> None:
        pass

    async def ask(self, head: Head, body: bytes) -> Answer:
        await asyncio.sleep(3)
        return {"number": head["number"]}, b""

    async def end(self) -> None:
        pass


async def asked_each_second(count: int, patience: float | None) -> tuple[list[float], int]:
    """How long those who were answered waited, and how many were refused, when each second one more is asked."""
    queue, loop = ModelQueue("model", Slow), asyncio.get_running_loop()
    waits: list[float] = []
    refused = 0

    async def ask(number: int) -> None:
        nonlocal refused
        began = loop.time()
        try:
            await queue.ask({"number": number}, patience=patience)
            waits.append(loop.time() - began)
        except ModelFailed as error:
            refused += 1
            assert "too slow" in str(error)
            assert loop.time() - began == pytest.approx(patience)

    asking = []
    for number in range(count):
        asking.append(asyncio.create_task(ask(number)))
        await asyncio.sleep(1)
    await asyncio.gather(*asking)
    await queue.close()
    return waits, refused


@pytest.mark.parametrize(("patience", "longest", "fewest_refused"), [(10.0, 13.0, 25), (None, 200.0, 0)])
def test_who_waits_too_long_is_refused_and_nobody_waits_longer_and_longer(
    patience: float | None, longest: float, fewest_refused: int
) -> None:
    loop = VirtualTimeLoop()
    try:
        waits, refused = loop.run_until_complete(asked_each_second(55, patience))
    finally:
        loop.close()
    assert len(waits) + refused == 55
    assert max(waits) <= longest + 0.01
    assert refused >= fewest_refused
    if patience is None:
        assert max(waits) > 100, "without patience it would grow with the call"


def test_what_is_asked_is_taken_when_its_turn_has_come() -> None:
    """Sound that grows while it waits is heard as far as it has grown by then; cancelled before, nobody takes it."""
    taken: list[float] = []

    class Takes(Slow):
        async def ask(self, head: Head, body: bytes) -> Answer:
            await super().ask(head, body)
            return head, body

    async def story() -> tuple[Answer, Answer]:
        queue, loop = ModelQueue("model", Takes), asyncio.get_running_loop()

        def grown() -> bytes:
            taken.append(loop.time())
            return b"x" * round(loop.time() - began)

        began = loop.time()
        first, second, third = (queue.ask({"number": one}, body) for one, body in ((1, b"one"), (2, grown), (3, grown)))
        third.cancel()
        answers = await asyncio.gather(first, second)
        await queue.close()
        assert loop.time() - began == pytest.approx(6)
        return answers[0], answers[1]

    loop = VirtualTimeLoop()
    try:
        assert loop.run_until_complete(story()) == (({"number": 1}, b"one"), ({"number": 2}, b"xxx"))
    finally:
        loop.close()
    assert len(taken) == 1
