import json

from softphone.phones.story import Story


def test_lines_carry_the_time_since_the_start() -> None:
    lines: list[str] = []
    now = [100.0]
    story = Story(lines.append, now=lambda: now[0])
    now[0] = 102.31
    story.tell("hears", "hears 您好")
    story.tell("hears", "hears 再见", at=225.5)
    story.tell("hears", "hears nothing", at=99.0)
    assert lines == ["00:02.31 hears 您好", "02:05.50 hears 再见", "00:00.00 hears nothing"]


def test_json_lines_carry_the_facts_and_keep_chinese_readable() -> None:
    lines: list[str] = []
    story = Story(lines.append, as_json=True, now=lambda: 1.0)
    story.tell("hears", "hears 您好", at=3.5, text="您好")
    assert "您好" in lines[0]
    assert json.loads(lines[0]) == {"at": 2.5, "what": "hears", "line": "hears 您好", "text": "您好"}
