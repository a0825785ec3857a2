"""A partner's page leads its signed-in citizens here: by single sign-on, to pages of ours, by our provider alone."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from cti.store.engine import Store
from tests.workflow.portal.open_portal import Answer, Visitor
from tests.workflow.portal.test_unified import LI, bound, town


async def led(one: Visitor, issuer: str, target: str) -> Answer:
    """From the partner's link to the provider and back."""
    start = f"/enter/unified/start?iss={quote(issuer, safe='')}&target_link_uri={quote(target, safe='')}"
    gone = await one.get(start)
    if gone.status != 303:
        return gone
    assert gone.to.startswith(issuer)
    answer = await one.ask("GET", gone.to)
    return await one.ask("GET", answer.to)


async def test_who_has_signed_in_there_is_signed_in_here_at_the_page_that_was_meant(sqlite_store: Store) -> None:
    async with town(sqlite_store) as (portal, provider):
        target = f"{portal.url}/request/new?type=help"
        async with Visitor.of(portal) as first:
            page = await led(first, provider.issuer, target)
            assert "绑定手机号码" in page.text, "the first time he shows which number is his"
            assert (await bound(first, page, LI)).to == "/request/new?type=help"
        async with Visitor.of(portal) as again:
            page = await led(again, provider.issuer, target)
            assert 'content="0; url=/request/new?type=help"' in page.text
            assert "填写求助" in (await again.get("/request/new?type=help")).text


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/mine", "//evil.example/mine", "javascript:alert(1)", "https://evil.example", "", "/\\evil"],
)
async def test_a_link_leads_to_no_other_site(sqlite_store: Store, target: str) -> None:
    async with town(sqlite_store) as (portal, provider), Visitor.of(portal) as li:
        page = await led(li, provider.issuer, target)
        assert (await bound(li, page, LI)).to == "/mine"


async def test_another_provider_is_not_believed(sqlite_store: Store) -> None:
    async with town(sqlite_store) as (portal, _), Visitor.of(portal) as li:
        page = await led(li, "https://evil.example", f"{portal.url}/mine")
        assert page.status == 401 and "不是本网站使用的统一身份认证" in page.text
