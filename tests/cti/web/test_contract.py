"""The contract of the running house, tried with thousands of made-up requests: no 5xx, and every answer as it says."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest

from tests.engine_without_switch import engine_without_switch, signed_in

SECONDS = 8
CHECKS = (
    "not_a_server_error",
    "content_type_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
)
LEFT_OUT = ("delete_session", "put_session_password")
"""They end the session that asks."""


@pytest.mark.parametrize("login", ["admin", "1001"])
async def test_no_made_up_request_breaks_the_house_or_its_contract(tmp_path, monkeypatch, login):
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists() and (found := shutil.which("schemathesis")):
        program = Path(found)
    async with engine_without_switch(tmp_path / "data", monkeypatch) as (_, url):
        headers = await signed_in(url, login, browser="schemathesis")
        words = [f"{url}/api/openapi.json", "--phases", "coverage,fuzzing", "--max-time", str(SECONDS)]
        words += ["--checks", ",".join(CHECKS), "--warnings", "off", "--no-color", "--continue-on-failure"]
        words += ["--generation-database", "none"]
        words += [part for name, value in headers.items() for part in ("--header", f"{name}: {value}")]
        words += [part for name in LEFT_OUT for part in ("--exclude-operation-id", name)]
        process = await asyncio.create_subprocess_exec(
            program, "run", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path
        )
        try:
            async with asyncio.timeout(SECONDS * 4):
                said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert process.returncode == 0, said.decode()[-6000:]
    assert b"generated" in said, "it tried something"
