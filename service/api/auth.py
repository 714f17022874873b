"""Who calls, and whether they may: API keys with scopes, or nobody asked on a machine's own loopback.

Open mode believes only a direct call: from a loopback address, to a loopback name (a page in a browser that rebinds its
name to 127.0.0.1 sends its own name), with no header of a proxy (whose callers may be anybody).
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

from flask import Request, Response, g, request

from service.api.problems import Problem
from service.api.state import services, state
from service.keys import ApiKey, Scope

P = ParamSpec("P")
View = Callable[P, Response]

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="isnad"'}
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a key, or nobody in particular in open mode (`key` None), who may do everything."""

    key: ApiKey | None

    @property
    def key_id(self) -> str | None:
        """Return the id of the key, for logs and counters."""
        return self.key.id if self.key else None

    def may(self, scope: Scope) -> bool:
        """Tell whether the caller has the scope."""
        return self.key is None or self.key.may(scope)


def requires(scope: Scope, *, otherwise: Callable[..., str | None] | None = None) -> Callable[[View[P]], View[P]]:
    """Let a view answer only callers who have the scope, and count their calls.

    `otherwise` may know the caller of this view by something else than a key: it returns a name to count the calls
    under, None to ask for a key, or raises a `Problem`.
    """

    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            known = otherwise(*args, **kwargs) if otherwise else None
            if known is not None:
                g.caller = Caller(None)
                _count(known, scope)
                return view(*args, **kwargs)
            caller = identify(request)
            g.caller = caller
            if not caller.may(scope):
                raise Problem(
                    "scope-missing", f"this key does not have the scope {scope}", headers=challenge_scope(scope)
                )
            _count_call(caller, scope)
            return view(*args, **kwargs)

        guarded.required_scope = scope  # type: ignore[attr-defined]
        return guarded

    return decorate


def challenge_scope(scope: Scope) -> dict[str, str]:
    """Return the challenge that names the scope which is missing (RFC 6750)."""
    return {"WWW-Authenticate": f'Bearer realm="isnad", error="insufficient_scope", scope="{scope}"'}


def identify(request: Request) -> Caller:
    """Return who calls. Raises a 401 `Problem` for a missing or wrong key."""
    given = _given_key(request)
    if given is None:
        if state().settings.is_open and _is_direct_local_call(request):
            return Caller(None)
        raise Problem("key-needed", "send Authorization: Bearer <key> or X-API-Key: <key>", headers=CHALLENGE)
    key = services().keys.verify(given)
    if key is None:
        headers = {"WWW-Authenticate": 'Bearer realm="isnad", error="invalid_token"'}
        raise Problem("key-needed", "the API key is unknown or revoked", headers=headers)
    return Caller(key)


def _count_call(caller: Caller, scope: Scope) -> None:
    if caller.key is not None:
        _count(caller.key.id, scope)


def _count(name: str, scope: Scope) -> None:
    allowed, headers = state().rate_limits.count(name, scope)
    if not allowed:
        raise Problem("too-many-requests", f"try again in {headers['Retry-After']} seconds", headers=headers)
    g.rate_limit_headers = {name: value for name, value in headers.items() if name != "Retry-After"}


def _given_key(request: Request) -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return token.strip()
    if kind:
        raise Problem("key-needed", "only Authorization: Bearer is understood", headers=CHALLENGE)
    return request.headers.get("X-API-Key")


def _is_direct_local_call(request: Request) -> bool:
    host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
    return (
        _is_loopback(request.remote_addr or "")
        and (host == "localhost" or _is_loopback(host.strip("[]")))
        and not any(name in request.headers for name in PROXY_HEADERS)
    )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
