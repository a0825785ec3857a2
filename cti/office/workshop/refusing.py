"""The refusal of a text for what is wrong with it, as people and programs are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from cti.base.files.findings import Finding
from cti.base.refusal import Invalid

MOST_FINDINGS = 200
"""How many findings a refusal carries."""


def refused(findings: Sequence[Finding]) -> Invalid:
    """With the first faults in words, and all of them as data."""
    shown = [one.in_chinese for one in findings[:MOST_FINDINGS]]
    words = "；".join(f"第 {one.line} 行：{one.message}" for one in shown[:5])
    return Invalid("refused", words, "text", more={"findings": [asdict(one) for one in shown]})
