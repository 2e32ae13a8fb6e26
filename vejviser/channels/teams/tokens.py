"""Who is calling: the token on an activity, checked as strictly as Microsoft's own SDK does.

Two steps stricter than botframework-connector 4.17: `exp` must be there, and the body must name the
serviceUrl that the token vouches for.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional, Tuple
from urllib.parse import urlsplit

import jwt
from jwt.algorithms import RSAAlgorithm

from vejviser.channels.teams.config import TeamsSettings, is_loopback

logger = logging.getLogger(__name__)
ISSUER = "https://api.botframework.com"
ALGORITHM = "RS256"
LEEWAY = 5 * 60
KEYS_LAST = 24 * 60 * 60.0
KEYS_TRUSTED = 5 * KEYS_LAST  # when fresh ones cannot be had
REFRESH_PAUSE = 5 * 60.0  # between two searches for an unknown key
FAILURE_PAUSE = 10.0  # after keys could not be fetched
MAX_TOKEN = 8192
Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]


class TokenRefused(Exception):
    """The caller is not who it has to be; the text is for whoever debugs, not for a log."""


class WrongAudience(TokenRefused):
    """The token is for another bot: often a wrong app id in the settings."""


class KeysUnavailable(Exception):
    """Microsoft's keys cannot be fetched now, so nobody can be told apart."""


class SigningKeys:
    """Microsoft's public keys, fetched when first needed and kept for a day."""

    def __init__(
        self, settings: TeamsSettings, fetch: Fetch, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._keys: Dict[str, Tuple[Any, List[str]]] = {}
        self._fetched: Optional[float] = None
        self._next_try = float("-inf")

    async def get(self, kid: str) -> Tuple[Any, List[str]]:
        """The key and the channels it is endorsed for.

        Raises TokenRefused for an unknown key and KeysUnavailable when there are none to look in.
        """
        if self._needs_fetch(kid):
            async with self._lock:  # one caller fetches, the others wait for what it finds
                if self._needs_fetch(kid):
                    await self._refresh()
        if self._fetched is None or self._clock() - self._fetched > KEYS_TRUSTED:
            raise KeysUnavailable
        if kid in self._keys:
            return self._keys[kid]
        raise TokenRefused("unknown key")

    def _needs_fetch(self, kid: str) -> bool:
        now = self._clock()
        stale = self._fetched is None or now - self._fetched > KEYS_LAST
        return (stale or kid not in self._keys) and now >= self._next_try

    async def _refresh(self) -> None:
        try:
            metadata = await self._fetch(self._settings.metadata_url)
            address = str(metadata["jwks_uri"])
            if urlsplit(address).scheme != "https" and not (
                self._settings.allows_loopback and is_loopback(address)
            ):
                raise ValueError("keys must come over https")
            keys = [_read_key(key) for key in (await self._fetch(address))["keys"]]
        except Exception:  # whatever went wrong outside, the old keys stay and the bot goes on
            logger.warning("Teams: Microsoft's keys could not be fetched", exc_info=True)
            self._next_try = self._clock() + FAILURE_PAUSE
            return
        self._keys = {kid: (key, endorsements) for kid, key, endorsements in keys if key}
        self._fetched = self._clock()
        self._next_try = self._fetched + REFRESH_PAUSE


def _read_key(data: Mapping[str, Any]) -> Tuple[str, Any, List[str]]:
    kid, kind = data.get("kid"), data.get("kty")
    if not isinstance(kid, str) or not kid or kind != "RSA" or data.get("use") not in (None, "sig"):
        return "", None, []
    return kid, RSAAlgorithm.from_jwk(json.dumps(dict(data))), list(data.get("endorsements") or [])


class TokenChecker:
    """Checks the Authorization header of an activity."""

    def __init__(self, settings: TeamsSettings, keys: SigningKeys) -> None:
        self._settings = settings
        self._keys = keys

    async def check(self, header: str, channel_id: str, service_url: str) -> str:
        """The serviceUrl that the token vouches for, which is that of the body.

        Raises TokenRefused, or KeysUnavailable. What costs nothing is checked first, so that a
        stranger cannot make us fetch keys.
        """
        token = _bearer(header)
        try:
            claimed_header = jwt.get_unverified_header(token)
            claimed = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            raise TokenRefused("not a token") from None
        kid = claimed_header.get("kid")
        if claimed_header.get("alg") != ALGORITHM or not isinstance(kid, str) or not kid:
            raise TokenRefused("wrong algorithm or no key id")
        self._check_claims(claimed, service_url)
        key, endorsements = await self._keys.get(kid)
        if endorsements and channel_id not in endorsements:
            raise TokenRefused("key not endorsed for this channel")
        options = {"require": ["exp", "iss", "aud"], "verify_aud": False}
        try:
            verified = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                leeway=LEEWAY,
                options=options,  # type: ignore
            )
        except (jwt.PyJWTError, TypeError, ValueError):
            raise TokenRefused("bad signature or time") from None
        return self._check_claims(verified, service_url)

    def _check_claims(self, claims: Mapping[str, Any], service_url: str) -> str:
        if claims.get("iss") != ISSUER:
            raise TokenRefused("wrong issuer")
        if claims.get("aud") != self._settings.app_id:  # equal, so that a list is refused
            raise WrongAudience("wrong audience")
        if "exp" not in claims:
            raise TokenRefused("no expiry")
        vouched = claims.get("serviceurl")
        if not isinstance(vouched, str) or not vouched or vouched != service_url:
            raise TokenRefused("wrong serviceUrl")
        secure = urlsplit(vouched).scheme == "https" and bool(urlsplit(vouched).hostname)
        if not secure and not (self._settings.allows_loopback and is_loopback(vouched)):
            raise TokenRefused("serviceUrl is not https")
        return vouched


def _bearer(header: str) -> str:
    parts = header.split(" ")
    if len(parts) != 2 or parts[0] != "Bearer" or not 0 < len(parts[1]) <= MAX_TOKEN:
        raise TokenRefused("no bearer token")
    return parts[1]
