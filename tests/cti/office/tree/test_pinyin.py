"""First letters of pinyin."""

import pytest

from cti.office.tree.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("市政务服务管理办公室", "szwfwglbgs"),
        ("重庆银行", "cqyh"),
        ("重点项目办", "zdxmb"),
        ("长江路街道", "cjljd"),
        ("校长办公室", "xzbgs"),
        ("朝阳区行政审批局", "cyqxzspj"),
        ("会计科", "kjk"),
        ("会议中心", "hyzx"),
        ("ABC 公司（东区）12345", "abcgsdq12345"),
        ("", ""),
        ("☎ㄅ", ""),
    ],
)
def test_words_are_read_as_people_read_them(name: str, letters: str) -> None:
    assert initials(name) == letters
