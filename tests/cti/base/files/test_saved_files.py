import asyncio
import os
from pathlib import Path

from cti.base.clock import run_virtual
from cti.base.files.saved_files import SavedFiles


def test_what_is_saved_is_taken_once_it_is_whole(tmp_path: Path) -> None:
    path, taken = tmp_path / "a.yaml", []
    path.write_text("one")

    async def take() -> None:
        taken.append(path.read_text() if path.exists() else "")
        if taken[-1] == "bad":
            raise ValueError

    async def play() -> None:
        watching = asyncio.create_task(SavedFiles(lambda: tmp_path.glob("*.yaml"), take, "test").run())
        await asyncio.sleep(3)
        assert taken == [], "what was there at the start is known"
        for text in ("two", "two, longer", "two, the longest"):
            path.write_text(text)
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)
        assert taken == ["two, the longest"], "not while it was being written"
        for text in ("bad", "good"):
            path.write_text(text)
            os.utime(path, ns=(1, len(taken)))
            await asyncio.sleep(3)
        assert taken[1:] == ["bad", "good"], "a failure ends nothing"
        path.unlink()
        await asyncio.sleep(3)
        assert taken[3:] == [""]
        watching.cancel()

    run_virtual(play())
