"""Writes one piece of the settings into the file in which it stands; comments and all else in it stay.

What is new stands where its kind does; a kind that no file has yet goes into `acd/screens.yaml`. A file is replaced as
a whole, so nobody reads half of one.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from acd.editing.items import KINDS, Item
from acd.settings.files import SECTION, Part
from cti.base.files import documents
from cti.office.configuring.file import replace

SCREENS = "screens.yaml"
HEAD = "Queues, skills and agents as the console's screens set them; may be edited by hand as well."


def put(data: Path, parts: list[Part], written: Mapping[str, Any], item: Item, value: Any) -> None:
    """Write the piece, None removes it. `parts` are the files as read, `written` all settings (`as_written`)."""
    part = next((one for one in parts if _has(one, item.path)), None)
    if part is not None:
        _change(Path(part.document.file), (*part.where, *item.path), value)
        return
    if value is None:
        return
    whole = next((one for one in parts if _has(one, (item.kind,))), None)
    if whole is not None:
        # Its kind stands there, perhaps as a list of names.
        there = Path(whole.document.file)
        if isinstance(whole.data[item.kind], dict):
            _change(there, (*whole.where, *item.path), value)
        else:
            _change(there, (*whole.where, item.kind), {**written[item.kind], item.name: value})
        return
    path = data / SECTION / SCREENS
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        replace(path, f"# {HEAD}\n{{}}\n")
    if item.kind in KINDS and written[item.kind]:
        # What came with the programme holds as long as no file says anything: from now on one does.
        _change(path, (item.kind,), {**written[item.kind], item.name: value})
        return
    _change(path, item.path, value)


def _has(part: Part, path: tuple[str, ...]) -> bool:
    found: Any = part.data
    for key in path:
        if not isinstance(found, dict):
            return False
        by_text = {str(one): one for one in found}
        if key not in by_text:
            return False
        found = found[by_text[key]]
    return True


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _change(path: Path, where: tuple[Any, ...], value: Any) -> None:
    yaml = _yaml()
    whole = yaml.load(path.read_text("utf-8"))
    if not isinstance(whole, CommentedMap) or (not whole and whole.fa.flow_style()):
        # An empty mapping in braces would keep them.
        fresh = CommentedMap()
        if isinstance(whole, CommentedMap):
            fresh.yaml_set_start_comment(HEAD)
        whole = fresh
    place: Any = whole
    for key in where[:-1]:
        found = _key(place, str(key))
        if not isinstance(place.get(found), dict):
            place[found] = CommentedMap()
        place = place[found]
    last = _key(place, str(where[-1]))
    if value is None:
        place.pop(last, None)
    else:
        place[last] = _merged(place.get(last), value)
    out = io.StringIO()
    yaml.dump(whole, out)
    # Nothing is put in the place of a good file that cannot be read again.
    documents.parse(out.getvalue(), str(path))
    replace(path, out.getvalue())


def _key(place: Mapping[Any, Any], name: str) -> Any:
    """The key that reads like this: YAML may have taken a number for an agent's."""
    return next((key for key in place if str(key) == name), name)


def _merged(old: Any, new: Any) -> Any:
    """The new value, with as much of the old one's form and comments as fits."""
    if not isinstance(old, CommentedMap) or not isinstance(new, Mapping):
        return old if old == new else new
    for key in [key for key in old if key not in new]:
        del old[key]
    for key, value in new.items():
        old[key] = _merged(old.get(key), value)
    return old
