"""The sentences about files of any kind in the workshop, by code."""

from __future__ import annotations

from cti.base.files.faults import FAULTS
from cti.base.files.sentences import Sentence, Sentences

WORKSHOP: dict[str, Sentence] = {
    "file-conflict": Sentence("{text}", "{text}", "somebody else published meanwhile"),
    "file-encoding": Sentence("is not UTF-8: {reason}", "不是 UTF-8 编码：{reason}", "a file in another encoding"),
    "file-other": Sentence(
        "this is the {kind} {found}, not {name}",
        "文件里写的是 {kind}: {found}，不是 {name}",
        "a file under another name",
    ),
    "file-large": Sentence("larger than {most} bytes", "超过 {most} 字节", "a file is too large"),
    "character-unseen": Sentence(
        "has a character that nobody sees, {character}",
        "含有看不见的字符 {character}",
        "a control character, or one that turns the direction of writing",
    ),
    "test-failed": Sentence("test {name}: {failure}", "测试 {name} 未通过：{failure}", "a test of the flow fails"),
}

say = Sentences({**FAULTS, **WORKSHOP})
