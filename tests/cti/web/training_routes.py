"""Routes of training as the test of two counties leaves them out: the tests of training hold them for every kind."""

from __future__ import annotations

HELD = "records of their own organisation, or one's own, which the tests of training hold for every kind"
KEPT = ("categories", "questions", "papers", "exams", "materials", "courses")
COUNTED = ("sittings", "appeals", "studies", "enrolments", "certificates")
FILED = ("questions", "materials")
STEPS = {
    "exams": ("announce", "close", "release", "cancel", "people", "redraw"),
    "appeals": ("uphold", "refuse"),
    "materials": ("open", "shut"),
    "courses": ("open", "close"),
    "categories": ("move", "merge", "merge/preview", "off", "on"),
}
ONE_FILE = ("content", "thumbnail", "pages", "pages/{page}", "text")


def _below(paths: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for path in paths:
        method, _, rest = path.partition(" ")
        found[f"{method} /api/training/{rest}"] = HELD
    return found


LISTED = _below(
    (
        *(f"GET {kind}{rest}" for kind in (*KEPT, *COUNTED) for rest in ("", "/conditions", "/export")),
        *(f"GET options/{one}" for one in ("people", "organisations", "roles")),
        *(f"GET {kind}/choices" for kind in ("questions", "papers", "exams", "materials", "courses")),
        *(f"GET {kind}/template" for kind in ("categories", "questions")),
        *(f"GET categories/{one}" for one in ("tree", "options")),
        *(
            f"GET mine/{one}"
            for one in (
                "categories", "exams", "practice/questions", "practice/standing", "practice/days", "materials",
                "courses", "certificates", "statistics", "statistics/exams",
            )
        ),
        "GET questions/tally/kind", "GET papers/by_hand", "GET appeals/exams", "GET essays", "GET essays/next",
        "GET certificates/numbers/gaps", "GET statistics", "GET statistics/units",
    )
)  # fmt: skip
WITH_ID = _below(
    (
        *(f"GET {kind}/{{id}}{rest}" for kind in (*KEPT, *COUNTED) for rest in ("", "/changes", "/timeline")),
        *(f"GET {kind}/{{id}}/files" for kind in FILED),
        *(f"GET {kind}/{{id}}/files/{{file}}/{rest}" for kind in FILED for rest in ONE_FILE),
        "GET papers/{id}/lines", "GET sittings/{id}/result", "GET mine/sittings/{id}", "GET mine/sittings/{id}/result",
        "GET mine/sittings/{id}/files/{file}", "GET mine/practice/questions/{question}/files/{file}",
        "GET mine/materials/{id}/files/{file}",
    )
)  # fmt: skip
CHANGES = _below(
    (
        *(f"POST {kind}" for kind in KEPT),
        *(f"{method} {kind}/{{id}}" for kind in KEPT for method in ("PUT", "DELETE")),
        *(f"POST {kind}/{{id}}/restore" for kind in KEPT),
        *(
            f"POST {kind}/bulk/{act}{look}"
            for kind in KEPT for act in ("remove", "restore") for look in ("", "/preview")
        ),
        *(f"POST questions/bulk/into_paper{look}" for look in ("", "/preview")),
        *(f"POST {kind}/{{id}}/{step}" for kind, steps in STEPS.items() for step in steps),
        *(f"POST {kind}/import{look}" for kind in ("categories", "questions") for look in ("", "/preview")),
        *(f"POST {kind}/{{id}}/files{rest}" for kind in FILED for rest in ("", "/{file}/restore")),
        *(f"{method} {kind}/{{id}}/files/{{file}}" for kind in FILED for method in ("PUT", "DELETE")),
        *(f"POST mine/sittings/{{id}}/{one}" for one in ("left", "submit", "appeal")),
        *(f"POST mine/materials/{{id}}/{one}" for one in ("open", "beat")),
        "PUT mine/sittings/{id}/answers/{place}", "POST mine/exams/{exam}/begin",
        "POST mine/practice/questions/{question}", "POST essays/{id}/{place}", "POST questions/agent_course",
    )
)  # fmt: skip
