"""How often the right leaf of the tree of 517 is among five before any ticket has been learned from."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.assistant_lib.messages import rows
from tests.workflow.assistant.judged import leaves as judged
from workflow.assistant.learning.cold import ByName


def leaves(folder: Path) -> Iterator[str]:
    """Of messages that were read before the words people say were written down, and of those judged afterwards."""
    tree = rows(folder, "category_tree")
    paths = {str(at): "/".join((one["level1"], one["level2"], one["level3"])) for at, one in enumerate(tree)}
    messages = {one["id"]: one for one in rows(folder, "messages_unlabelled_hot")}
    by_name = ByName(paths, {})
    for name in ("tuned", "kept"):
        found, began = [], time.process_time()
        wanted = judged(name)
        for id, right in wanted.items():
            one = messages[id]
            ranked = [each.name for each in by_name.rank(f"{one['subject'].strip()}\n{one['text'].strip()}", 5)]
            found.append([bool(right & set(ranked[:most])) for most in (1, 2, 5)])
        spent = 1000 * (time.process_time() - began) / len(wanted)
        first, two, five = np.mean(found, axis=0)
        spread = 1.96 * float(np.sqrt(five * (1 - five) / len(wanted)))
        yield (
            f"leaves {name:<6}{len(wanted)} messages, {len(paths)} categories: first {first:.3f}, two {two:.3f}, "
            f"five {five:.3f} (± {spread:.3f}); {spent:.1f} ms each"
        )
