"""How somebody arranged his desk is his alone, is there at any computer, and is refused where it makes no sense."""

import aiohttp

from tests.engine_without_switch import engine_without_switch, signed_in

PHONE, FORMS = {"name": "phone", "folded": False}, {"name": "forms", "folded": True}
ARRANGED = {"columns": [{"width": 30, "widgets": [PHONE]}, {"width": 70, "widgets": [FORMS]}]}


async def test_an_arrangement_is_kept_for_its_person_and_given_up_again(tmp_path, monkeypatch):
    async with engine_without_switch(tmp_path, monkeypatch) as (_, url), aiohttp.ClientSession() as client:
        one, other = await signed_in(url, "1001"), await signed_in(url, "1002")

        async def ask(method, headers, body=None):
            async with client.request(method, f"{url}/api/agent/workspace", headers=headers, json=body) as answer:
                return answer.status, await answer.json() if "json" in answer.content_type else None

        assert await ask("GET", one) == (200, {"columns": []})
        assert (await ask("PUT", one, ARRANGED))[0] < 300
        elsewhere = await signed_in(url, "1001", "another browser")
        assert await ask("GET", elsewhere) == (200, ARRANGED)
        assert await ask("GET", other) == (200, {"columns": []})
        twice = {"columns": [{"width": 50, "widgets": [PHONE, PHONE]}]}
        for wrong in (
            twice,
            {"columns": [{"width": 2, "widgets": []}]},
            {"columns": [{"width": 50, "widgets": [], "x": 1}]},
        ):
            assert (await ask("PUT", one, wrong))[0] == 422
        assert await ask("GET", one) == (200, ARRANGED)
        assert (await ask("PUT", one, {"columns": []}))[0] < 300
        assert await ask("GET", one) == (200, {"columns": []})
