"""A citizen says what he wants: the real switch, the real recogniser, a voice that is no person's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.prompts.aloud import aloud
from ivr.prompts.kokoro_packages import default_cache as voice_cache
from ivr.prompts.kokoro_packages import installed as voice_installed
from ivr.prompts.kokoro_packages import kokoro
from ivr.prompts.resample import resample
from ivr.recognition.whisper_packages import default_cache, installed
from tests.running_hotline import ROOT, RunningHotline, started

pytestmark = [
    pytest.mark.asterisk,
    pytest.mark.skipif(
        installed(default_cache()) is None or voice_installed(voice_cache()) is None,
        reason="the models (330 MB) are not installed: hotline recogniser --install, hotline prompt voice --install",
    ),
]

FLOW = """\
flow: hotline
title: 说出来意
start: ask
default: sorry
nodes:
  ask:
    ask: [bot/greeting]
    intents:
      progress: {next: number, words: [工单, 进度, 查询]}
      human: {next: agent, words: [人工, 转人工, 座席]}
    keys: {"1": number, "0": agent}
    say_unknown: [bot/not_understood]
    say_timeout: [bot/not_heard]
    unknown: sorry
    timeout: sorry
  number:
    end: progress
    say: [bot/wait]
  agent:
    end: human
    say: [bot/to_agent]
  sorry:
    end: sorry
    say: [goodbye]
"""
SENTENCES = {"progress": "我想查一下工单的进度", "human": "给我转人工"}


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    voice, found = kokoro(), {}
    for name, text in SENTENCES.items():
        speech = voice.speak(aloud(text), voice="zf_xiaobei", speed=1.0)
        found[name] = tmp_path_factory.mktemp("said") / f"{name}.wav"
        soundfile.write(found[name], np.clip(resample(speech.samples, speech.rate, 8000), -1, 1), 8000)
    return found


@pytest.fixture(scope="module")
def asking() -> Iterator[RunningHotline]:
    with tempfile.TemporaryDirectory(prefix="hotline-test-") as folder:
        for hotline in started(Path(folder)):
            flows = hotline.data / "flows"
            (flows / "hotline.yaml").write_text(FLOW, "utf-8")
            deadline = time.monotonic() + 10
            while not (flows / "hotline" / "2.yaml").exists():
                assert time.monotonic() < deadline, hotline.logs()
                time.sleep(0.05)
            yield hotline


def call(hotline: RunningHotline, press: str) -> list[dict[str, object]]:
    """What `hotline call` tells of a call on which this is done."""
    command = [
        sys.executable, "-m", "cti.process.cli", "call", "12345", "--server", hotline.sip, "--json", "--hold", "25",
        "--prompts", str(hotline.data / "prompts"), "--press", press,
    ]  # fmt: skip
    environment = {**os.environ, "HOTLINE_DATA": str(hotline.data)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def texts(told: list[dict[str, object]]) -> list[str]:
    return [str(one["text"]) for one in told if one["what"] == "PromptBegan"]


@pytest.mark.parametrize(("said", "heard"), [("progress", "正在为您查询"), ("human", "转接")])
def test_what_is_said_leads_to_where_it_belongs(
    asking: RunningHotline, sentences: dict[str, Path], said: str, heard: str
) -> None:
    told = call(asking, f"hear 您好, wait 1, say {sentences[said]}")
    # A machine that is busy lets him hear music until the model is loaded.
    found = [text for text in texts(told) if "music" not in text]
    assert len(found) == 2 and heard in found[-1], told
