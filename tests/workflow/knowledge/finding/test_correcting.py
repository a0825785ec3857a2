"""What was probably meant."""

from hypothesis import given
from hypothesis import strategies as st

from workflow.knowledge.finding.correcting import Corrections

KNOWN = "公积 积金 医疗 疗保 保险 居住 住证 怎么 么办 提取".split()
WORDS = Corrections(["公积金", "医疗保险", "居住证", "提取"])


def corrected(asked: str) -> str:
    return WORDS.of(asked, KNOWN.__contains__)


def test_words_that_sound_alike_or_differ_by_one_character() -> None:
    assert corrected("公基金提取") == "公积金提取"
    assert corrected("居注证怎么办") == "居住证怎么办"
    assert corrected("医寮保险") == "医疗保险"
    assert corrected("公积金") == ""
    assert corrected("怎么办") == ""
    assert corrected("公" * 50) == ""
    assert Corrections(()).of("公基金", KNOWN.__contains__) == ""


@given(st.text(max_size=60))
def test_anything(asked: str) -> None:
    assert corrected(asked) != asked or not asked
