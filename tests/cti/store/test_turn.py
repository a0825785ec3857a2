"""Who writes first where a database has one writer."""

from __future__ import annotations

import asyncio

import pytest

from cti.store.turn import Turn


async def test_the_journal_passes_all_who_wait_and_the_others_keep_their_order() -> None:
    """An import's portions followed each other so closely that the journal stood at the file's lock for seconds."""
    turn, order = Turn(), list[str]()

    async def write(name: str) -> None:
        async with turn.taken():
            order.append(name)
            await asyncio.sleep(0)

    async def journal() -> None:
        async with turn.first(5):
            order.append("journal")

    async with turn.taken():
        waiting = [asyncio.create_task(write(name)) for name in "abc"]
        await asyncio.sleep(0)
        waiting.append(asyncio.create_task(journal()))
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert order == ["journal", "a", "b", "c"]


async def test_one_that_gives_up_takes_nobodys_turn() -> None:
    turn, order = Turn(), list[str]()

    async def write(name: str) -> None:
        async with turn.taken():
            order.append(name)

    async with turn.taken():
        given_up, waiting = asyncio.create_task(write("x")), asyncio.create_task(write("a"))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
    # Given up in the very moment in which it was its turn.
    late = asyncio.create_task(write("y"))
    async with turn.taken():
        pass
    late.cancel()
    await asyncio.gather(waiting, late, return_exceptions=True)
    async with asyncio.timeout(1), turn.taken():
        order.append("end")
    assert order[0] == "a" and order[-1] == "end" and "x" not in order


async def test_who_is_first_goes_on_after_his_patience_and_leaves_the_turn_to_its_holder() -> None:
    turn = Turn()
    async with turn.taken():
        async with turn.first(0.01):
            pass
        late = asyncio.create_task(asyncio.wait_for(_taken(turn), 0.05))
        with pytest.raises(TimeoutError):
            await late
    await asyncio.wait_for(_taken(turn), 1)


async def _taken(turn: Turn) -> None:
    async with turn.taken():
        pass
