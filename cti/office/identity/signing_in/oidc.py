"""A client of OpenID Connect: the authorization code flow with PKCE (OpenID Connect Core 3.1, RFC 7636, RFC 9700)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp
import msgspec
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cti.base.clock import Clock
from cti.base.refusal import NotSignedIn
from cti.base.settings import OidcSettings
from cti.office.identity.signing_in.providers import Begun, Known

log = structlog.get_logger(__name__)

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""With public keys only: a provider's key must not be taken for a shared secret."""
LEEWAY = 60
KEPT_SECONDS = 3600.0
SECONDS = 10.0
ANSWER_LIMIT = 1_000_000


class _Failed(Exception):
    """The provider does not answer as the standard says."""


class OpenIdProvider:
    """One provider, as the settings have it."""

    def __init__(self, settings: OidcSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._found: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._until = 0.0

    @property
    def title(self) -> str:
        """What the sign-in page calls it."""
        return self._settings.title

    async def begin(self, redirect: str, state: str) -> Begun:
        """Where the browser goes; what is to be remembered until it comes back. NotSignedIn."""
        verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        try:
            async with self._client() as client:
                found = await self._discover(client)
        except (_Failed, aiohttp.ClientError, TimeoutError) as error:
            raise self._refused(error) from None
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect,
            "scope": " ".join(self._settings.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        start = found["authorization_endpoint"]
        return Begun(f"{start}{'&' if '?' in start else '?'}{urlencode(asked)}", {"verifier": verifier, "nonce": nonce})

    async def finish(self, redirect: str, answer: Mapping[str, str], memory: Mapping[str, str]) -> Known:
        """Who came back, by the claim that the settings name. NotSignedIn."""
        if "code" not in answer:
            raise NotSignedIn("sso_refused", f"统一认证未通过：{answer.get('error', '')[:60]}")
        try:
            async with self._client() as client:
                found = await self._discover(client)
                tokens = await self._exchange(client, found, redirect, answer["code"], memory["verifier"])
                claims = await self._claims(client, found, tokens.get("id_token"), memory["nonce"])
                name = claims.get(self._settings.claim)
                if name is None and "userinfo_endpoint" in found:
                    name = await self._asked(client, found, tokens, claims)
        except (_Failed, JoseError, aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise self._refused(error) from None
        if not isinstance(name, str) or not name:
            raise NotSignedIn("no_account", "统一认证没有提供可用的账号")
        # A claim may be anybody's word: e-mail addresses are good when the provider says that it checked them.
        first = self._settings.first_link == "claim"
        if self._settings.claim == "email" and claims.get("email_verified") is not True:
            first = False
        return Known(name, self._settings.second_factor, self._settings.issuer, str(claims["sub"])[:255], first)

    def _client(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))

    def _refused(self, error: Exception) -> NotSignedIn:
        log.warning("sign-in by OpenID Connect failed", issuer=self._settings.issuer, reason=repr(error))
        return NotSignedIn("sso_failed", "统一认证暂不可用或答复无效，请稍后再试或用账号密码登录")

    async def _discover(self, client: aiohttp.ClientSession) -> dict[str, Any]:
        """OpenID Connect Discovery 4."""
        if self._found and self._clock.now() < self._until:
            return self._found
        issuer = self._settings.issuer
        found = await _json(client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration"))
        if found.get("issuer") != issuer:
            raise _Failed(f"calls itself {found.get('issuer')!r}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str):
                raise _Failed(f"has no {name}")
        self._found, self._keys, self._until = found, None, self._clock.now() + KEPT_SECONDS
        return found

    async def _exchange(
        self, client: aiohttp.ClientSession, found: dict[str, Any], redirect: str, code: str, verifier: str
    ) -> dict[str, Any]:
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "code_verifier": verifier,
            "client_id": self._settings.client_id,
        }
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        secret, headers = self._settings.client_secret, {}
        if secret and "client_secret_basic" in methods:
            # RFC 6749 2.3.1: both are encoded as in a form first.
            pair = f"{quote_plus(self._settings.client_id)}:{quote_plus(secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        elif secret:
            said["client_secret"] = secret
        return await _json(client.post(found["token_endpoint"], data=said, headers=headers))

    async def _claims(
        self, client: aiohttp.ClientSession, found: dict[str, Any], token: Any, nonce: str
    ) -> dict[str, Any]:
        """What a genuine ID token says (OpenID Connect Core 3.1.3.7)."""
        if not isinstance(token, str):
            raise _Failed("gave no ID token")
        if self._keys is None:
            self._keys = await self._load_keys(client, found)
        try:
            decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # Perhaps by a key that is newer than those we know.
            self._keys = await self._load_keys(client, found)
            decoded = jwt.decode(token, self._keys, algorithms=ALGORITHMS)
        client_id = self._settings.client_id
        jwt.JWTClaimsRegistry(
            now=int(self._clock.wall().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(decoded.claims)
        several = isinstance(decoded.claims["aud"], list) and len(decoded.claims["aud"]) > 1
        if decoded.claims.get("azp", None if several else client_id) != client_id:
            raise _Failed("the token is for another client")
        return decoded.claims

    async def _load_keys(self, client: aiohttp.ClientSession, found: dict[str, Any]) -> KeySet:
        said = await _json(client.get(found["jwks_uri"]))
        return KeySet.import_key_set({"keys": said.get("keys", [])})

    async def _asked(
        self, client: aiohttp.ClientSession, found: dict[str, Any], tokens: dict[str, Any], claims: dict[str, Any]
    ) -> Any:
        """The claim from the provider's user information (OpenID Connect Core 5.3)."""
        headers = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        said = await _json(client.get(found["userinfo_endpoint"], headers=headers))
        if said.get("sub") != claims["sub"]:
            raise _Failed("tells of somebody else")
        return said.get(self._settings.claim)


async def _json(request: Any) -> dict[str, Any]:
    async with request as response:
        if response.status != 200:
            raise _Failed(f"answered {response.status}")
        raw = bytearray()
        async for part in response.content.iter_any():
            raw += part
            if len(raw) > ANSWER_LIMIT:
                raise _Failed("answered too much")
    try:
        found = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        raise _Failed("answered no JSON") from None
    if not isinstance(found, dict):
        raise _Failed("answered no object")
    return found
