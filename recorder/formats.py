"""Recordings in smaller formats, for whoever takes one away: Opus in Ogg and MP3, both sides apart, made in memory."""

from __future__ import annotations

import io
import wave
from typing import IO, Literal

import numpy as np

Format = Literal["wav", "opus", "mp3"]
FRAMES = 8000 * 10
"""So many samples of a side are encoded in one go."""
KINDS = {"opus": ("libopus", "ogg", "audio/ogg"), "mp3": ("libmp3lame", "mp3", "audio/mpeg")}
"""Encoder, container and media type."""
BITS = 24_000
"""A second and side: speech of a telephone needs no more."""


class NoEncoder(Exception):
    """This machine's libraries cannot make the format."""


def encoded(source: IO[bytes], format: Literal["opus", "mp3"]) -> bytes:
    """A WAV of 16-bit samples in another format. Blocking; NoEncoder."""
    # Loaded when first wanted: no caller waits for it.
    import av
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream

    codec, container, _ = KINDS[format]
    target = io.BytesIO()
    with wave.open(source) as sound:
        rate, channels = sound.getframerate(), sound.getnchannels()
        layout = "stereo" if channels == 2 else "mono"
        try:
            av.Codec(codec, "w")
        except ValueError as error:
            raise NoEncoder(codec) from error
        with av.open(target, "w", format=container) as made:
            stream = made.add_stream(codec, rate=rate)
            assert isinstance(stream, AudioStream)
            stream.layout = layout
            stream.bit_rate = BITS * channels
            stream.codec_context.open()
            context = stream.codec_context
            resampler = AudioResampler(context.format, layout, rate, frame_size=context.frame_size or None)
            while piece := sound.readframes(FRAMES):
                samples = np.frombuffer(piece, "<i2").reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
                frame.sample_rate = rate
                for ready in resampler.resample(frame):
                    made.mux(stream.encode(ready))
            for ready in resampler.resample(None):
                made.mux(stream.encode(ready))
            made.mux(stream.encode(None))
    return target.getvalue()
