"""Signing in through the institution: /auth/oidc/start sends the browser there, /auth/oidc/callback takes it back.

Who comes back gets the same cookie and the same session in the database as by password, and both end in the same way.
"""

from __future__ import annotations

import logging
import secrets
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from views.plain import guard, provider
from views.plain.html import page
from views.plain.keys import cookie_key

MINUTES = 10
CALLBACK = "/auth/oidc/callback"
_log = logging.getLogger(__name__)


async def start(request: Request) -> Response:
    """On to the institution, with a state, a nonce and a PKCE verifier that this browser alone has, in a cookie."""
    configured = await run_in_threadpool(provider.configured)
    if configured is None:
        return refused("No institution's sign-in is set up here", ("Sign in with your name and password.",), 404)
    state, nonce, verifier = (secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    back = _back(request, configured)
    try:
        address = await run_in_threadpool(provider.authorize_address, configured, back, state, nonce, verifier)
    except provider.ProviderError as error:
        return _failed(error)
    response = RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
    key, to = cookie_key(), guard.local_path(request.query_params.get("next"))
    value = guard.sign(key, "oidc", "~".join((state, nonce, verifier, quote(to, safe="/?=&%"))))
    guard.set_cookie(response, request, guard.cookie_name(key, "oidc"), value, max_age=60 * MINUTES)
    return response


async def identified(request: Request) -> tuple[provider.Told, str] | Response:
    """Who comes back from the institution, and where they wanted to go; or the page that says why not."""
    configured = await run_in_threadpool(provider.configured)
    kept = guard.cookie(cookie_key(), "oidc", request.cookies)
    parts = (kept or "").split("~", 3)
    query = request.query_params
    if configured is None or len(parts) != 4 or not guard.same_token(query.get("state", ""), parts[0]):
        lines = ("This way in was open for too long, or was begun in another browser. Please try once more.",)
        return refused("Please sign in once more", lines)
    if "code" not in query:
        return refused("You were not signed in", ("Your institution did not sign you in. You can try once more.",))
    back, to = _back(request, configured), guard.local_path(unquote(parts[3]))
    try:
        return await run_in_threadpool(provider.told, configured, back, query["code"], parts[1], parts[2]), to
    except provider.ProviderError as error:
        return _failed(error)


def no_account(email: str) -> Response:
    """Somebody whom the institution knows, and nobody here."""
    who = f"Your institution says that you are {email}." if email else "Your institution gives no address of yours."
    lines = (who, "Nobody here has an account for that. The owner of this server can add one, with your address.")
    return refused("You have no account here", lines)


def refused(title: str, lines: tuple[str, ...], status: int = 403) -> HTMLResponse:
    """A page in words, with the way to the sign-in."""
    return page("message.html", title, status=status, lines=lines, link="/auth/login", link_text="Sign in")


def forget_way(response: Response, request: Request) -> None:
    """Take back the cookie of this one way in: it is used up."""
    name = guard.cookie_name(cookie_key(), "oidc")
    response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=guard.is_https(request))


def _failed(error: provider.ProviderError) -> HTMLResponse:
    _log.warning("signing in through the institution failed: %s", error)
    lines = ("What your institution answered could not be used. Whoever runs this server finds the reason in its log.",)
    return refused("Signing in through your institution did not work", lines, 502)


def _back(request: Request, configured: provider.Configured) -> str:
    """Our own address for the way back: as configured, or as the browser reached us."""
    if configured.back:
        return configured.back
    return f"{'https' if guard.is_https(request) else 'http'}://{request.headers.get('host', '')}{CALLBACK}"


def offered() -> str:
    """What the institution is called, where one can sign in through it; else ''."""
    found = provider.configured()
    return found.name if found is not None else ""
