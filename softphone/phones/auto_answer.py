"""Headers by which a caller or a switch asks the phone to answer by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ANSWER_AFTER = re.compile(r";\s*answer-after\s*=\s*\"?(\d+)", re.IGNORECASE)
_ALERT = re.compile(r"(?:;|^|\s)info\s*=\s*\"?(?:alert-autoanswer|auto answer)\b", re.IGNORECASE)
_DELAY = re.compile(r";\s*delay\s*=\s*\"?(\d+)", re.IGNORECASE)


def asked_to_answer(headers: Mapping[str, str]) -> float | None:
    """Return after how many seconds the INVITE asks to be answered, or None when it does not ask.

    Understood: `Call-Info` and `Alert-Info` with `answer-after=N`, `Alert-Info` with `info=alert-autoanswer` (and
    `delay=N`), `Answer-Mode: Auto` (RFC 5373).
    """
    given = {name.lower(): value for name, value in headers.items()}
    for name in ("call-info", "alert-info"):
        if found := _ANSWER_AFTER.search(given.get(name, "")):
            return float(found[1])
    alert = given.get("alert-info", "")
    if _ALERT.search(alert):
        delay = _DELAY.search(alert)
        return float(delay[1]) if delay else 0.0
    mode = given.get("answer-mode", "").partition(";")[0].strip()
    return 0.0 if mode.lower() == "auto" else None
