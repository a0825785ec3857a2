#!/usr/bin/env python3
"""A program registers a request and follows what becomes of it; needs nothing but Python and a key (个人设置, 密钥).

    follow_tickets.py https://hotline.example.gov.cn hk_…

Requests come from standard input, a JSON object a line; the place up to which was read is kept in `cursor.txt`.
"""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

CURSOR = Path("cursor.txt")


def ask(site: str, key: str, method: str, path: str, body: object = None) -> Any:
    """One request; what is refused raises `urllib.error.HTTPError`, whose body says which field is wrong."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{site}/api/v1/tickets{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def register(site: str, key: str, request: dict[str, Any]) -> Any:
    """Sent again with the same `external`, since the answer was lost, it makes no second ticket."""
    return ask(site, key, "POST", "", request)


def changes(site: str, key: str, cursor: str) -> tuple[list[Any], str]:
    """All tickets that changed since the cursor, and the next one."""
    found: list[Any] = []
    while True:
        page = ask(site, key, "GET", f"/states?own=true&size=500&cursor={cursor}")
        found, cursor = found + page["items"], page["next"]
        if not page["more"]:
            return found, cursor


if __name__ == "__main__":
    site, key = sys.argv[1:3]
    for line in sys.stdin:
        try:
            made = register(site, key, json.loads(line))
        except urllib.error.HTTPError as error:
            # What is wrong is told by field; a key that is none, or too many requests, in the same form.
            print("refused:", json.load(error)["detail"], file=sys.stderr)
        else:
            print(made["external"], made["number"], made["words"])
    items, cursor = changes(site, key, CURSOR.read_text() if CURSOR.exists() else "")
    for one in items:
        print(one["external"], one["number"], one["words"], one["answer"])
    CURSOR.write_text(cursor)
