"""What is kept of texts with marks, and what they say."""

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.office.rich import RichText, cleaned, plain
from cti.office.screens import columns_of, fields_of, form

PICTURE = "/api/contacts/01HZZZZZZZZZZZZZZZZZZZZZZZ/files/01HZZZZZZZZZZZZZZZZZZZZZZY/content?inline=true"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>甲<strong>乙</strong></p>", "<p>甲<strong>乙</strong></p>"),
        ('<p onclick="x()" style="color:red" class="MsoNormal">甲</p>', "<p>甲</p>"),
        ("<script>x()</script><p>甲</p><style>p{}</style>", "<p>甲</p>"),
        ('<a href="javascript:x()">甲</a>', '<a rel="noopener noreferrer">甲</a>'),
        ('<a href="https://a.cn/?q=1">甲</a>', '<a href="https://a.cn/?q=1" rel="noopener noreferrer">甲</a>'),
        ('<img src="https://a.cn/x.png">', ""), ('<img src="data:image/png;base64,xx">', ""),
        ('<p>甲</p><img src="//a.cn/x.png" alt="乙">', "<p>甲</p>"),
        (f'<img src="{PICTURE}">', f'<img src="{PICTURE}">'),
        ('<img src="/api/session/../x">', ""),
        ("<table><tbody><tr><td colspan='2' rowspan='x'>甲</td></tr></tbody></table>",
         '<table><tbody><tr><td colspan="2">甲</td></tr></tbody></table>'),
        ("<iframe src='x'></iframe><svg><script>1</script></svg>甲", "<p>甲</p>"), ("<p></p><p><br></p>", ""),
        ("<o:p>甲</o:p>", "<p>甲</p>"),
        ("一\n\n 二 & 三", "<p>一</p><p>二 &amp; 三</p>"),
    ],
)  # fmt: skip
def test_what_is_kept(written: str, kept: str) -> None:
    assert cleaned(written) == kept


def test_what_it_says() -> None:
    text = "<h2>办理条件</h2><p>一&nbsp;二<br>三</p><ul><li><p>甲</p></li></ul>"
    text += "<table><tr><td>左</td><td>右</td></tr></table>"
    assert plain(text) == "办理条件\n一 二\n三\n甲\n左 右"
    assert plain("两行\n的字 &lt;5") == "两行\n的字 <5"
    assert plain("无标记") == "无标记"


@given(st.text(alphabet="<>/\"'= abimgsrcponl&;:甲\n", max_size=80))
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
    assert "<script" not in once.lower()


def test_a_field_is_cleaned_and_described() -> None:
    class Body(pydantic.BaseModel):
        text: RichText = pydantic.Field(default="", title="正文", json_schema_extra=form(kind="rich"))

    assert Body(text="<p onload=x>甲</p>").text == "<p>甲</p>"
    (field,) = fields_of(Body)
    assert (field.kind, field.max_length) == ("rich", 200_000)
    assert columns_of(Body)[0].kind == "rich"
