"""The command line of `scripts/adapt_recogniser`."""

from __future__ import annotations

import argparse
from pathlib import Path

from ivr.recognition import adapter, language_model


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/adapt_recogniser", description="Teaches the recogniser how people speak to a hotline."
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    speak = verbs.add_parser("speak", help="speak sentences by mixed voices, into a folder")
    speak.add_argument("folder", type=Path)
    speak.add_argument("--sentences", type=Path, help="a file with sentences of the city's tickets, one a line")
    speak.add_argument("--voices", type=Path, help="a folder of Kokoro's voices (default: those of the house)")
    speak.add_argument(
        "--without", nargs="*", default=["zf_xiaoyi", "zm_yunyang"], metavar="VOICE", help="voices kept to judge by"
    )
    speak.add_argument("--count", type=int, default=1000, help="so many sentences (default 1000, 2.5 s of work each)")
    speak.add_argument("--seed", type=int, default=1, help="another number gives other sentences and voices")
    learn = verbs.add_parser("learn", help="learn from the sounds of a folder (NAME.flac or NAME.wav with NAME.txt)")
    learn.add_argument("folder", type=Path)
    learn.add_argument("--model", type=Path, required=True, help="Whisper's folder (hotline recogniser --install)")
    learn.add_argument("--to", type=Path, default=adapter.TELEPHONE, help="the file to write")
    learn.add_argument("--rank", type=int, default=8, help="of the matrices that are added (default 8)")
    learn.add_argument("--rate", type=float, default=1e-3, help="of learning (default 0.001)")
    learn.add_argument("--steps", type=int, default=500, help="of 16 sounds each (default 500, 10 s of work each)")
    learn.add_argument("--seed", type=int, default=1)
    read = verbs.add_parser("read", help="read texts, and write how their characters follow each other")
    read.add_argument("texts", type=Path, nargs="+", help="text files, also .csv and .gz; /n after words is no text")
    read.add_argument("--words", type=Path, required=True, help="a dictionary: WORD HOW-OFTEN in each line (jieba's)")
    read.add_argument("--judged", type=Path, nargs="*", default=[], help="texts to judge by: what repeats them is left")
    read.add_argument("--to", type=Path, default=language_model.MANDARIN, help="the file to write")
    return parser.parse_args(words)
