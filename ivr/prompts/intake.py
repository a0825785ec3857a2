"""Takes a sound file in: decoded, mixed to one channel, trimmed, levelled, written as a FLAC of 16 kHz.

Runs as a process of its own (`python -m ivr.prompts.intake SOURCE TARGET`), for a file from outside may be made to
crash or exhaust its reader. One line of JSON on standard output tells what came of it.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile

from cti.base import priority
from ivr.prompts import loudness
from ivr.prompts.bounds import LONGEST, RATE, SHORTEST
from ivr.prompts.resample import resample

Samples = npt.NDArray[np.float32]

MEMORY = 3 << 30
CPU_SECONDS = 90
_CLIPPED = 0.999
_CLIPPED_SHARE = 5e-4
_QUIET = -45.0
_NARROW = 8000
_RATES = range(4000, 384_001)
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,mp3,aac,adts,amr,amrnb,amrwb,asf,matroska,webm,ogg,flac,wav,w64,aiff,caf,au,ac3"
"""What FFmpeg may take a file for. Lists that name other files and addresses (m3u8, concat, …) are none of them."""


class Unusable(Exception):
    """The file cannot become a prompt; the message is for the log.

    `code` is not_sound (some other kind of file), no_track (a video without sound), broken, too_heavy (memory or time),
    too_long, too_short, silent or full.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Report:
    """What the file was, and what became of it: `seconds` without the quiet at its ends, `levelled` after levelling.

    `loudness` (LUFS) is that of the file; `warnings` are clipped, quiet (before levelling) and narrow (a telephone's).
    """

    seconds: float
    raw_seconds: float
    levelled: float
    format: str
    rate: int
    channels: int
    loudness: float
    warnings: tuple[str, ...]


def take_in(source: Path, target: Path) -> Report:
    """Make `target` (FLAC) of any sound file; raises Unusable."""
    samples, rate, channels, kind = decode(source)
    if len(samples) < SHORTEST * rate:
        raise Unusable("too_short", f"only {len(samples) / rate:.3f} s of sound")
    if not np.isfinite(samples).all():
        raise Unusable("broken", "samples that are no numbers")
    raw_seconds = len(samples) / rate
    warnings = []
    if float(np.mean(np.abs(samples) >= _CLIPPED)) > _CLIPPED_SHARE:
        warnings.append("clipped")
    samples = resample(samples, rate, RATE)
    before = loudness.measure(samples, RATE)
    if before < loudness.MEASURABLE:
        raise Unusable("silent", f"{before:.0f} LUFS")
    try:
        levelled = loudness.level(loudness.trim(samples, RATE), RATE)
    except ValueError as error:
        raise Unusable("silent", str(error)) from None
    if before < _QUIET:
        warnings.append("quiet")
    if rate <= _NARROW:
        warnings.append("narrow")
    try:
        with soundfile.SoundFile(target, "w", RATE, 1, format="FLAC", subtype="PCM_16") as file:
            file.write(levelled)
    except (OSError, soundfile.LibsndfileError) as error:
        raise Unusable("full", str(error)) from None
    after = round(loudness.measure(levelled, RATE), 1)
    return Report(len(levelled) / RATE, raw_seconds, after, kind, rate, channels, round(before, 1), tuple(warnings))


def decode(source: Path) -> tuple[Samples, int, int, str]:
    """Samples, rate, channels and format of any sound file, mixed to one channel; raises Unusable."""
    try:
        with soundfile.SoundFile(source) as file:
            rate, channels, kind = _checked(file.samplerate), int(file.channels), str(file.format)
            blocks = (np.asarray(one.mean(axis=1)) for one in _blocks(file, rate))
            return _joined(blocks, rate), rate, channels, kind
    except soundfile.LibsndfileError as error:
        return _decode_by_ffmpeg(source, str(error))


def _blocks(file: soundfile.SoundFile, rate: int) -> Iterator[npt.NDArray[np.float32]]:
    while len(block := file.read(rate, dtype="float32", always_2d=True)):
        yield block


def _decode_by_ffmpeg(source: Path, complaint: str) -> tuple[Samples, int, int, str]:
    """M4A, AMR, WebM, WMA and whatever else libsndfile does not know."""
    whitelist = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
    try:
        container = av.open(str(source), mode="r", options=whitelist)
    except (av.FFmpegError, ValueError) as error:
        raise Unusable("not_sound", f"{complaint}; {error}") from None
    with container:
        if not container.streams.audio:
            raise Unusable("no_track", "no sound in it")
        try:
            stream = container.streams.audio[0]
            # What has no decoder has no rate either.
            rate, channels = _checked(getattr(stream, "rate", 0)), int(getattr(stream, "channels", 0))
            mono = av.AudioResampler(format="flt", layout="mono", rate=rate)
            kind = str(container.format.name).split(",")[0].upper()

            def blocks() -> Iterator[Samples]:
                for frame in container.decode(stream):
                    for one in mono.resample(frame):
                        yield one.to_ndarray()[0]

            return _joined(blocks(), rate), rate, channels, kind
        except (av.FFmpegError, ValueError, IndexError) as error:
            raise Unusable("broken", f"{complaint}; {error}") from None


def _checked(rate: object) -> int:
    """A rate that sound can have: one a second would be stretched to gigabytes."""
    if not isinstance(rate, int) or rate not in _RATES:
        raise Unusable("broken", f"{rate} samples a second")
    return rate


def _joined(blocks: Iterator[Samples], rate: int) -> Samples:
    found: list[Samples] = []
    count = 0
    for block in blocks:
        count += len(block)
        if count > LONGEST * rate:
            raise Unusable("too_long", f"longer than {LONGEST:.0f} s")
        found.append(block.astype(np.float32, copy=False))
    return np.concatenate(found) if found else np.zeros(0, np.float32)


def main(arguments: list[str]) -> int:
    """The process: exit code 1 when the file cannot become a prompt."""
    source, target = (Path(one) for one in arguments)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        priority.take(priority.LATER)
    try:
        report = take_in(source, target)
    except Unusable as error:
        print(json.dumps({"error": error.code, "message": str(error)}))
        return 1
    except MemoryError:
        print(json.dumps({"error": "too_heavy", "message": "needs too much memory"}))
        return 1
    print(json.dumps(asdict(report)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
