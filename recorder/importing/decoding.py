"""Sound of an old platform as the switch writes it: 16-bit samples, 8,000 a second, one side or two, the caller left.

WAV (PCM, G.711, GSM, ADPCM), MP3, Opus and Vorbis in Ogg.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cti.telephony.switch.port import RECORDING_RATE

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

DEMUXERS = {".wav": "wav", ".mp3": "mp3", ".opus": "ogg", ".ogg": "ogg"}
"""How a file is read, by its ending and never by its content: a list of other files and addresses is no sound."""


class NoSound(Exception):
    """What is wrong with a file, in Chinese."""


def look(path: Path) -> int:
    """How many sides (1 or 2) a file has. Blocking; NoSound, OSError."""
    with _opened(path) as (container, stream):
        for _ in container.decode(stream):
            return _sides(stream)
    raise NoSound("文件中没有声音")


def decode(path: Path, target: BinaryIO, *, agent_first: bool = False) -> int:
    """Write the samples of a file; returns of how many sides. Blocking; NoSound when it breaks off, OSError."""
    from av.audio.resampler import AudioResampler

    with _opened(path) as (container, stream):
        sides = _sides(stream)
        resampler = AudioResampler("s16", "stereo" if sides == 2 else "mono", RECORDING_RATE)
        written = 0
        for frame in _and_none(container.decode(stream)):
            for ready in resampler.resample(frame):
                samples = ready.to_ndarray().astype("<i2").reshape(-1, sides)
                written += target.write((samples[:, ::-1] if agent_first else samples).tobytes())
    if not written:
        raise NoSound("文件中没有声音")
    target.flush()
    return sides


def _and_none(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame | None]:
    yield from frames
    yield None


def _sides(stream: AudioStream) -> int:
    return 2 if stream.channels == 2 else 1


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, AudioStream]]:
    # Loaded when first wanted: no caller waits for it.
    import av

    demuxer = DEMUXERS.get(path.suffix.lower())
    if demuxer is None:
        raise NoSound(f"不支持的格式，可用 {'、'.join(one[1:] for one in DEMUXERS)}")
    try:
        with path.open("rb") as file, av.open(file, "r", format=demuxer) as container:
            if not container.streams.audio:
                raise NoSound("文件中没有声音")
            yield container, container.streams.audio[0]
    except av.FFmpegError as error:
        raise NoSound("不是完好的录音文件") from error
