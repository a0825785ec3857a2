"""Identities: ULIDs, ordered by time, as 26 characters of Crockford base 32."""

from ulid import ULID

ULID_LENGTH = 26


def new_id() -> str:
    """A new ULID: 26 characters, in the order in which they are made."""
    return str(ULID())


def is_id(text: str) -> bool:
    """Whether `text` is a ULID in its canonical form."""
    try:
        return len(text) == ULID_LENGTH and str(ULID.from_str(text)) == text
    except ValueError:
        return False
