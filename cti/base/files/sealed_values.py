"""Secrets in files that people write, such as a database's password: `sealed:…`, made by `hotline seal`.

They open with the master key of the state directory, which lies apart in a backup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cti.base.ciphers.cipher import Cipher, KeyProblem, load_master_key
from cti.base.ciphers.suites import SuiteName
from cti.base.files.documents import Document, DocumentError

MARK = "sealed:"


def sealed(text: str, data: Path, suite: SuiteName = "international") -> str:
    """As it goes into the file. KeyProblem."""
    return MARK + Cipher(load_master_key(data), suite).seal(text)


def opened(text: str, data: Path) -> str:
    """The secret, or the text itself when it is none. KeyProblem."""
    return Cipher(load_master_key(data)).open(text.removeprefix(MARK)).decode() if text.startswith(MARK) else text


def opened_document(document: Document, data: Path) -> Document:
    """The document with its secrets open; DocumentError names the line of one that does not open."""

    def look(value: Any, where: tuple[str | int, ...]) -> Any:
        if isinstance(value, dict):
            return {key: look(one, (*where, key)) for key, one in value.items()}
        if isinstance(value, list):
            return [look(one, (*where, place)) for place, one in enumerate(value)]
        if isinstance(value, str) and value.startswith(MARK):
            try:
                return opened(value, data)
            except KeyProblem as error:
                message = f"{'.'.join(map(str, where))}: {error}"
                raise DocumentError([document.problem(where, message)]) from None
        return value

    return Document(document.file, look(document.data, ()), document.places)
