"""The page of codes (`CODES.md`): what each means, and the sentence that it is said with."""

from __future__ import annotations

from ivr.findings.sentences import say

HEAD = """\
# Codes of findings

What `hotline flow lint --json`, the API and the console name a finding by (`code`, with its arguments in `values`).
Sentences may be reworded, codes stay. This page is printed by `hotline flow codes`.

| code | what it means | how it is said |
|---|---|---|
"""


def page() -> str:
    """The page, in Markdown; of YAML's own complaints the parser's text is shown."""
    return HEAD + "".join(
        f"| `{code}` | {_cell(about)} | {_cell(say.table[code].english)} |\n" for code, about in say.codes()
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
