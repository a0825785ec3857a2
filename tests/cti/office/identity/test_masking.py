import pytest

from cti.base.visitor import Visitor
from cti.office.identity import masking

CLERK = Visitor("1", "clerk", "王", None, "city", "320400")
BOSS = Visitor("2", "boss", "王", None, "city", "320400", permissions=frozenset({"personal.see"}))


@pytest.mark.parametrize(
    ("shown", "whole", "masked"),
    [
        (masking.shown_name, "王芳", "王*"),
        (masking.shown_name, "欧阳娜娜", "欧***"),
        (masking.shown_name, "", ""),
        (masking.shown_address, "江苏省常州市天宁区和平北路1号2幢", "江苏省常州市天宁区****"),
        (masking.shown_address, "溧阳市昆仑街道12号", "溧阳市****"),
        (masking.shown_address, "和平北路1号", "****"),
        (masking.shown_address, "和平小区3栋", "****"),
        (masking.shown_address, "内蒙古自治区锡林郭勒盟苏尼特左旗1号", "内蒙古自治区锡林郭勒盟苏尼特左旗****"),
        (masking.shown_address, "", ""),
        (masking.shown_identity, "320481199001011234", "320*************34"),
        (masking.shown_identity, "1234567", "****"),
        (masking.shown_identity, "", ""),
    ],
)
def test_personal_data_is_masked_but_for_those_who_may_see_it(shown, whole, masked):
    assert shown(CLERK, whole) == masked
    assert shown(BOSS, whole) == whole
