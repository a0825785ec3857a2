"""A year's holidays from a table: rows copied from a notice, into the calendar file with all else as it was."""

from __future__ import annotations

from datetime import date

import pytest

from cti.base.files import documents
from cti.base.times.calendars import SEEDED, CalendarFile
from cti.base.times.holiday_table import read, with_year

NOTICE = """\
名称\t放假\t至\t调休上班
元旦\t1月1日\t1月3日\t2026年12月27日
春节\t2027-02-05\t2027/2/12\t1月30日、2月14日
清明节\t4月3日至4月5日
"""


def test_a_notice_is_read_with_dates_as_people_write_them() -> None:
    table = read(NOTICE, 2027)
    assert table.faults == ()
    assert [(one.name, one.first, one.last, one.makeup) for one in table.holidays] == [
        ("元旦", date(2027, 1, 1), date(2027, 1, 3), (date(2026, 12, 27),)),
        ("春节", date(2027, 2, 5), date(2027, 2, 12), (date(2027, 1, 30), date(2027, 2, 14))),
        ("清明节", date(2027, 4, 3), date(2027, 4, 5), ()),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("元旦,", "缺少放假开始日期"),
        (",1月1日", "缺少节日名称"),
        ("元旦,年初", "“年初”不是日期"),
        ("元旦,1月1日,后天", "“后天”不是日期"),
        ("元旦,1月1日,,周末", "“周末”不是日期"),
        ("元旦,1月3日,1月1日", "节假日的结束应晚于开始"),
        ("元旦,2028-01-01", "不在 2027 年"),
        ("元旦,2月30日", "day is out of range"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(row: str, words: str) -> None:
    table = read(f"春节,2月5日,2月12日\n{row}\n", 2027)
    assert [one.row for one in table.faults] == [2] and words in table.faults[0].words
    assert len(table.holidays) == 1


def test_holidays_do_not_overlap() -> None:
    assert read("春节,2月5日,2月12日\n元宵,2月12日", 2027).faults[0].words == "与“春节”的日期重叠"


def test_the_year_is_replaced_and_everything_else_stays() -> None:
    text = SEEDED.read_text("utf-8")
    fresh = with_year(text, read("元旦,1月1日,1月2日\n国庆节,10月1日,10月7日,9月26日", 2026))
    before, after = (documents.parse(one, "x").validate(CalendarFile) for one in (text, fresh))
    assert [one.name for one in after.holidays if one.first.year == 2026] == ["元旦", "国庆节"]
    other = [one for one in before.holidays if one.first.year != 2026]
    assert [one for one in after.holidays if one.first.year != 2026] == other and other
    assert after.calendars == before.calendars
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in fresh.splitlines() if line.startswith("#")
    ]
    assert with_year(fresh, read("元旦,1月1日,1月2日\n国庆节,10月1日,10月7日,9月26日", 2026)) == fresh


def test_years_stand_in_order_and_a_file_without_holidays_gets_some() -> None:
    text = "calendars: {}\nholidays:\n  - {name: 元旦, first: 2028-01-01, last: 2028-01-01}\n# end\n"
    fresh = with_year(text, read("元旦,1月1日", 2027))
    assert [line.split("first: ")[1][:4] for line in fresh.splitlines() if "first" in line] == ["2027", "2028"]
    assert fresh.endswith("# end\n")
    bare = with_year("calendars: {}\n", read("元旦,1月1日", 2027))
    assert documents.parse(bare, "x").validate(CalendarFile).holidays[0].first == date(2027, 1, 1)
