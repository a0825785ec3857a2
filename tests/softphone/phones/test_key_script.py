import pytest

from softphone.phones.key_script import AwaitPrompt, Press, Say, Wait, parse_keys


@pytest.mark.parametrize(
    ("script", "steps"),
    [
        ("", ()),
        ("0", (Press("0"),)),
        ("wait 3, 1", (Wait(3.0), Press("1"))),
        ("wait 0.5,12*#a", (Wait(0.5), Press("12*#A"))),
        ("hear 满意度,1", (AwaitPrompt("满意度"), Press("1"))),
        ("hear 请说, say a b.wav, say", (AwaitPrompt("请说"), Say("a b.wav"), Say(""))),
    ],
)
def test_steps_stand_between_commas(script: str, steps: tuple[object, ...]) -> None:
    assert parse_keys(script) == steps


@pytest.mark.parametrize("script", ["x", "wait", "wait x", "wait -1", "wait nan", "hear", "1 2", "wait 1e9"])
def test_what_cannot_be_read_is_refused_by_name(script: str) -> None:
    with pytest.raises(ValueError, match=script.split()[0]):
        parse_keys(script)
