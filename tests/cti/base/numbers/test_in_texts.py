"""Personal numbers in what people write: every form is found, and what only looks like one stays."""

from __future__ import annotations

import pytest

from cti.base.numbers.in_texts import numbers_in, put_back, without_numbers

CARD = "320402199003071235"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13812345678一直没人接", "请打138****5678一直没人接"),
        ("138-1234-5678", "138-****-5678"),
        ("138 1234 5678，", "138 **** 5678，"),
        ("13 8123 45678", "13 8*** *5678"),
        ("电话：１３８１２３４５６７８", "电话：１３８****５６７８"),
        ("+8613812345678", "+86138****5678"),
        ("+86 138-1234-5678", "+86 138-****-5678"),
        ("0086 13812345678", "0086 138****5678"),
        ("tel13812345678", "tel138****5678"),
        ("13812345678元旦后再打", "138****5678元旦后再打"),
        ("0519-88881234", "051*-****1234"),
        ("(0519)8888 1234", "(051*)**** 1234"),
        ("010 62345678 转 8", "010 ****5678 转 8"),
        ("座机88881234", "座机88****34"),
        ("联系电话：8888-1234", "联系电话：88**-**34"),
        ("+852 9123 4567", "+852 **** 4567"),
        (f"身份证{CARD}。", "身份证320*************35。"),
        ("身份证 320402 19900307 1235", "身份证 320*** ******** **35"),
        ("旧证320402900307123", "旧证320**********23"),
        ("先打13812345678再打13912345679", "先打138****5678再打139****5679"),
    ],
)
def test_numbers_are_masked_however_they_are_written(text: str, shown: str) -> None:
    assert without_numbers(text) == shown
    assert len(shown) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "工单3204022026120700001已办结",
        "工单 20261207000123",
        "2026-12-07 15:30:00 起",
        "20261207",
        "退款13812345678.50元",
        "合同金额 13812345678元",
        "拨打12345或4008123456",
        "3号楼2单元1302室",
        "320402199003071236",
        "2026年12月7日 8:00-12:00 共 120 户",
        "订单1381234567890123",
        "",
    ],
)
def test_numbers_of_tickets_amounts_dates_and_services_stay(text: str) -> None:
    assert without_numbers(text) == text


def test_each_kind_is_masked_by_its_own_right() -> None:
    text = f"13812345678 {CARD}"
    assert without_numbers(text, cards=False) == f"138****5678 {CARD}"
    assert without_numbers(text, telephones=False) == "13812345678 320*************35"
    assert list(numbers_in("没有号码")) == []


def test_who_edits_a_text_that_he_sees_masked_loses_no_number() -> None:
    kept = "打13812345678，不通打13912345678"
    shown = without_numbers(kept)
    assert put_back(f"{shown}，急", kept, shown) == f"{kept}，急"
    assert put_back("打138****5678", kept, shown) == "打13812345678"
    assert put_back("另写", kept, shown) == "另写"
