import pytest

from softphone.phones.auto_answer import asked_to_answer


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({}, None),
        ({"Call-Info": "<sip:hotline>;answer-after=0"}, 0.0),
        ({"call-info": "<sip:hotline>; Answer-After=2"}, 2.0),
        ({"Call-Info": "<sip:hotline>;purpose=icon"}, None),
        ({"Alert-Info": "<http://x>;answer-after=3"}, 3.0),
        ({"Alert-Info": "<http://www.notused.com>;info=alert-autoanswer;delay=1"}, 1.0),
        ({"Alert-Info": "info=alert-autoanswer"}, 0.0),
        ({"Alert-Info": "Auto Answer"}, None),
        ({"Alert-Info": "<http://x>;info=alert-external"}, None),
        ({"Answer-Mode": "Auto;require"}, 0.0),
        ({"Answer-Mode": "Manual"}, None),
    ],
)
def test_headers_that_ask_the_phone_to_answer(headers: dict[str, str], after: float | None) -> None:
    assert asked_to_answer(headers) == after
