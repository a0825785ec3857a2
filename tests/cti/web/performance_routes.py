"""Routes of performance as the test of two counties leaves them out: the tests of performance hold whose they are."""

from __future__ import annotations

HELD = "of periods of one's own organisation, or one's own scores, which the tests of performance hold"
KINDS = ("periods", "scores", "adjustments", "exclusions", "appeals")
FILED, TALKED = ("adjustments", "exclusions", "appeals"), ("exclusions", "appeals")
ONE_FILE = ("content", "thumbnail", "pages", "pages/{page}", "text")


def _below(*paths: str) -> dict[str, str]:
    found = {}
    for path in paths:
        method, _, rest = path.partition(" ")
        found[f"{method} /api/performance/{rest}"] = HELD
    return found


LISTED = _below(
    *(f"GET {kind}{rest}" for kind in KINDS for rest in ("", "/conditions", "/export")),
    "GET own", "GET periods/schemes", "GET exclusions/numbers/gaps",
)  # fmt: skip
WITH_ID = _below(
    *(f"GET {kind}/{{id}}{rest}" for kind in KINDS for rest in ("", "/changes", "/timeline")),
    *(f"GET {kind}/{{id}}/files" for kind in FILED),
    *(f"GET {kind}/{{id}}/files/{{file}}/{rest}" for kind in FILED for rest in ONE_FILE),
    *(f"GET {kind}/{{id}}/comments{rest}" for kind in TALKED for rest in ("", "/people")),
    *(f"GET scores/{{id}}/{rest}" for rest in ("sheet", "rows", "offers")),
    "GET exclusions/{id}/offers",
)  # fmt: skip
CHANGES = _below(
    "POST periods", "PUT periods/{id}", "DELETE periods/{id}", "POST periods/{id}/restore",
    *(f"POST periods/bulk/{act}{look}" for act in ("remove", "restore") for look in ("", "/preview")),
    *(f"POST periods/{{id}}/{one}" for one in ("count", "renew", "publish", "withdraw")),
    *(f"POST scores/{{id}}/{one}" for one in ("appeals", "adjustments", "exclusions")),
    *(f"POST {kind}/{{id}}/{one}" for kind in ("adjustments", "appeals") for one in ("grant", "refuse")),
    "POST exclusions", "POST exclusions/{id}/acts/{action}",
    *(f"POST {kind}/{{id}}/files" for kind in FILED),
    *(f"{method} {kind}/{{id}}/files/{{file}}" for kind in FILED for method in ("PUT", "DELETE")),
    *(f"POST {kind}/{{id}}/files/{{file}}/restore" for kind in FILED),
    *(f"POST {kind}/{{id}}/comments" for kind in TALKED),
    *(f"{method} {kind}/{{id}}/comments/{{comment}}" for kind in TALKED for method in ("PUT", "DELETE")),
)  # fmt: skip
