"""Render prompts into the catalogue's audio files: only those whose wording, voice or speed changed.

An audio file carries in its tags what it says and who says it, so nothing else has to be kept in step.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np
import soundfile

from ivr.prompts import loudness
from ivr.prompts.catalogue import SHIPPED, Prompt, PromptCatalogue, load_catalogue
from ivr.prompts.resample import resample
from ivr.prompts.synthesis import Synthesis

RATE = 16000
_BITS_PER_SECOND = 18000
_EDGE_SENTENCE = 0.07
_EDGE_PIECE = 0.04

Progress = Callable[[int, int, str], None]
"""Called with how many are done, how many there are, and the id just done."""


def stale(catalogue: PromptCatalogue, only: Collection[str] | None = None) -> list[Prompt]:
    """Prompts that have no audio, or synthesised audio that says something else. Recordings by people are left."""
    return [prompt for prompt in catalogue if (only is None or prompt.id in only) and _outdated(catalogue, prompt)]


def render(
    catalogue: PromptCatalogue,
    voice: Synthesis,
    layer: Path = SHIPPED,
    *,
    only: Collection[str] | None = None,
    force: bool = False,
    progress: Progress = lambda done, count, identifier: None,
) -> list[str]:
    """Synthesise what is stale (with `force` all of `only`) into `layer`; return the ids.

    Raises SynthesisUnavailable.
    """
    wanted = [prompt for prompt in catalogue if only is None or prompt.id in only]
    prompts = [prompt for prompt in wanted if force or _outdated(catalogue, prompt)]
    for done, prompt in enumerate(prompts, start=1):
        speech = voice.speak(prompt.say, voice=prompt.voice, speed=prompt.speed)
        edge = _EDGE_PIECE if prompt.is_piece else _EDGE_SENTENCE
        trimmed = loudness.trim(speech.samples, speech.rate, edge=edge)
        samples = loudness.level(resample(trimmed, speech.rate, RATE), RATE)
        _write(layer / "audio" / prompt.language / f"{prompt.id}.opus", samples, prompt)
        progress(done, len(prompts), prompt.id)
    return [prompt.id for prompt in prompts]


def _tag(prompt: Prompt) -> str:
    return f"{prompt.voice} {prompt.speed:g} {prompt.say}"


def _outdated(catalogue: PromptCatalogue, prompt: Prompt) -> bool:
    path = catalogue.audio(prompt)
    if path is None:
        return True
    with soundfile.SoundFile(path) as file:
        return bool(file.comment) and file.comment != _tag(prompt)


def _write(path: Path, samples: loudness.Samples, prompt: Prompt) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    # libsndfile spreads 6 to 256 kbit/s over its compression levels 1 to 0.
    level = 1 - (_BITS_PER_SECOND - 6000) / 250000
    with soundfile.SoundFile(draft, "w", RATE, 1, format="OGG", subtype="OPUS", compression_level=level) as file:
        file.title = prompt.text
        file.comment = _tag(prompt)
        file.license = "Apache-2.0"
        file.write(np.asarray(samples, dtype=np.float32))
    draft.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Command line: render what is stale in the shipped catalogue, or in a city's own layer."""
    from ivr.prompts.kokoro_packages import kokoro

    parser = argparse.ArgumentParser(
        prog="python -m ivr.prompts.render", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("ids", nargs="*", help="only these prompts, rendered even when they are up to date")
    parser.add_argument("--layer", type=Path, default=SHIPPED, help="folder with LANGUAGE.yaml and audio/")
    parser.add_argument("--cache", type=Path, help="where the synthesis packages and the model are kept")
    options = parser.parse_args(arguments)
    layers = (SHIPPED,) if options.layer == SHIPPED else (SHIPPED, options.layer)
    catalogue = load_catalogue(layers)
    only = set(options.ids) or None
    if only is None and not stale(catalogue):
        print("every prompt is up to date")
        return 0
    done = render(
        catalogue, kokoro(options.cache), options.layer, only=only, force=bool(only),
        progress=lambda number, count, identifier: print(f"{number}/{count} {identifier}", flush=True),
    )  # fmt: skip
    print(f"rendered {len(done)} prompts")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
