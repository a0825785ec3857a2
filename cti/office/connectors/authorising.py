"""How we show another system who we are."""

from __future__ import annotations

import asyncio
import base64

import aiohttp
import msgspec

from cti.base.clock import Clock
from cti.office.connectors.description import Auth, OAuth2
from cti.office.connectors.port import OtherSideFails
from cti.office.connectors.signing import signed_headers

TOKEN_BYTES = 65_536
EARLY_SECONDS = 30.0
"""How long before its end a token is fetched anew."""
USUAL_SECONDS = 300.0
"""How long a token lives that does not say so."""


class Authorising:
    """Makes the headers of each request; a token is fetched once for all that go together."""

    def __init__(self, auth: Auth, clock: Clock) -> None:
        self._auth = auth
        self._clock = clock
        self._token = ""
        self._until = 0.0
        self._fetching = asyncio.Lock()

    async def headers(self, session: aiohttp.ClientSession, id: str, body: bytes) -> dict[str, str]:
        """What goes with a request. OtherSideFails when no token can be had."""
        auth = self._auth
        if auth.header is not None:
            return {auth.header.name: auth.header.value}
        if auth.basic is not None:
            return _basic(auth.basic.user, auth.basic.password)
        if auth.oauth2 is not None:
            return {"Authorization": f"Bearer {await self._bearer(session, auth.oauth2)}"}
        if auth.signed is not None:
            return signed_headers(auth.signed, id, self._clock.wall().timestamp(), body)
        return {}

    def forget(self) -> None:
        """The token was refused: the next request fetches another."""
        self._until = 0.0

    async def _bearer(self, session: aiohttp.ClientSession, oauth: OAuth2) -> str:
        async with self._fetching:
            if self._clock.now() < self._until:
                return self._token
            form = {"grant_type": "client_credentials", **({"scope": oauth.scope} if oauth.scope else {})}
            who = _basic(oauth.client, oauth.secret)
            async with session.post(oauth.url, data=form, headers=who, allow_redirects=False) as response:
                # A wrong secret is mended some day: what waits for it is not lost.
                if response.status != 200:
                    raise OtherSideFails(f"取令牌：HTTP {response.status}")
                try:
                    said = msgspec.json.decode(await response.content.read(TOKEN_BYTES))
                    self._token = str(said["access_token"])
                    lives = float(said.get("expires_in", USUAL_SECONDS))
                except (msgspec.DecodeError, ValueError, KeyError, TypeError, AttributeError):
                    raise OtherSideFails("取令牌：应答中没有令牌") from None
            self._until = self._clock.now() + max(1.0, lives - EARLY_SECONDS)
            return self._token


def _basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}
