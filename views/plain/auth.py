"""Signing in and out: the only way to a researcher's cookie."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.errors import AccountError
from survey.store.logins import User, Via
from views.database import store
from views.device import device_words
from views.plain import guard, oidc
from views.plain.html import page
from views.plain.keys import cookie_key
from views.plain.passwords import LONGEST, SHORTEST, trouble_with

Handler = Callable[[Request], Awaitable[Response]]
by_address = guard.Attempts(limit=20, window=15 * 60)
_hashing = asyncio.Semaphore(2)
"""Each argon2 check takes 64 MB and a core: a crowd at the door must queue, not fill the memory."""


def auth_routes() -> list[Route]:
    """The routes under /auth/, for ``app.py``."""
    return [
        Route("/auth/login", _guarded(show_login), methods=["GET"]),
        Route("/auth/login", _guarded(login), methods=["POST"]),
        Route("/auth/setup", _guarded(show_setup), methods=["GET"]),
        Route("/auth/setup", _guarded(setup), methods=["POST"]),
        Route("/auth/enter", _guarded(enter), methods=["GET"]),
        Route("/auth/oidc/start", _guarded(oidc.start), methods=["GET"]),
        Route(oidc.CALLBACK, _guarded(come_back), methods=["GET"]),
        Route("/auth/password", _guarded(show_password), methods=["GET"]),
        Route("/auth/password", _guarded(change_password), methods=["POST"]),
        Route("/auth/logout", _guarded(show_logout), methods=["GET"]),
        Route("/auth/logout", _guarded(logout), methods=["POST"]),
    ]


def _guarded(handler: Handler) -> Handler:
    """Refuse what no handler should see: no HTTPS, a huge body."""

    @wraps(handler)
    async def wrapped(request: Request) -> Response:
        if not guard.may_sign_in(request):
            return page("message.html", "Signing in needs a secure connection", status=403, lines=NEEDS_HTTPS)
        try:
            return await handler(request)
        except guard.TooLargeError:
            return page("message.html", "That was too much", status=413, lines=("The form you sent is far too long.",))

    return wrapped


NEEDS_HTTPS = (
    "Passwords are accepted only over HTTPS, except on the computer that runs Twofold.",
    "Open the address that begins with https://. If you run this server: put it behind a proxy that does HTTPS and "
    "sets X-Forwarded-Proto, and start Twofold with TWOFOLD_TRUST_PROXY=1.",
)
EXPIRED_FORM = "This form was open for too long, or cookies are switched off. Please try once more."


def _form_page(request: Request, template: str, title: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A page with a form, its hidden token and the cookie that the token must match."""
    key = cookie_key()
    name = guard.cookie_name(key, "form")
    cookie = request.cookies.get(name) or ""
    if guard.unsign(key, "form", cookie) is None:
        cookie = guard.new_form_cookie(key)
    token = guard.form_token(key, cookie, _session(request) or "")
    response = page(template, title, status=status, token=token, shortest=SHORTEST, **values)
    guard.set_cookie(response, request, name, cookie)
    return response


def _genuine(request: Request, form: dict[str, str]) -> bool:
    """Whether the form came from a page of ours in this very browser (signed double-submit cookie)."""
    key = cookie_key()
    if guard.cookie(key, "form", request.cookies) is None:
        return False
    cookie = request.cookies[guard.cookie_name(key, "form")]
    return guard.same_token(form.get("token", ""), guard.form_token(key, cookie, _session(request) or ""))


def _session(request: Request) -> str | None:
    """The session id in the request's cookie, where the signature is ours."""
    return guard.cookie(cookie_key(), "session", request.cookies)


async def _user(request: Request) -> User | None:
    session = _session(request)
    return await run_in_threadpool(store().accounts.check, session) if session else None


async def _signed_in(request: Request, user: User, to: str = "/", via: Via = "password") -> RedirectResponse:
    """Start a new session (never reuse the old one's id) and go on."""
    if old := _session(request):
        await run_in_threadpool(store().accounts.revoke, old)
    device = device_words(request.headers.get("user-agent", ""))
    session = await run_in_threadpool(store().accounts.issue, user, device, via)
    response = RedirectResponse(to, status_code=303, headers={"Cache-Control": "no-store"})
    key = cookie_key()
    guard.set_cookie(response, request, guard.cookie_name(key, "session"), guard.sign(key, "session", session))
    return response


def _trouble(form: dict[str, str], name: str) -> str:
    return trouble_with(form.get("password", ""), form.get("again", ""), name)


def _minutes(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


# --- sign in ---------------------------------------------------------------------------------------------------------


async def show_login(request: Request) -> Response:
    """The sign-in form; someone who is signed in already goes straight on."""
    to = guard.local_path(request.query_params.get("next"))
    if await _user(request):
        return RedirectResponse(to, status_code=303)
    if not await run_in_threadpool(store().accounts.has_owner):
        lines = (
            "Nobody has an account here yet.",
            "Open the one-time set-up link that Twofold printed in the terminal when it started. "
            "If it is lost, stop Twofold and start it again: it prints a new one.",
        )
        return page("message.html", "Set up Twofold first", lines=lines)
    return await _login_page(request, next=to)


async def _login_page(request: Request, *, status: int = 200, **values: object) -> HTMLResponse:
    """The sign-in form, with the way through the institution where there is one."""
    institution = await run_in_threadpool(oidc.offered)
    return _form_page(request, "login.html", "Sign in", status=status, institution=institution, **values)


async def login(request: Request) -> Response:
    """Check name and password; the answer to a wrong name is the same as to a wrong password."""
    form = await guard.read_form(request)
    name, to = form.get("name", "").strip()[:100], guard.local_path(form.get("next"))

    async def again(problem: str, status: int) -> HTMLResponse:
        return await _login_page(request, status=status, problem=problem, name=name, next=to)

    if not _genuine(request, form):
        return await again(EXPIRED_FORM, 403)
    here = guard.address(request)
    throttled = await run_in_threadpool(store().accounts.throttled, name)
    if wait := max(by_address.wait(here), throttled):
        response = await again(f"Too many attempts. Please wait {_minutes(wait)} and try again.", 429)
        response.headers["Retry-After"] = str(wait)
        return response
    by_address.failed(here)  # counted before the slow check, so that a burst of parallel guesses counts too
    async with _hashing:
        user = await run_in_threadpool(store().accounts.verify, name, form.get("password", "")[:LONGEST])
    if user is None:
        return await again("That name and password do not go together. Please check both.", 401)
    by_address.clear(here)
    return await _signed_in(request, user, to)


async def enter(request: Request) -> Response:
    """A one-time sign-in link, as ``twofold demo`` prints it."""
    here = guard.address(request)
    if by_address.wait(here) == 0:
        user = await run_in_threadpool(store().accounts.redeem, request.query_params.get("code", ""))
        if user is not None:
            return await _signed_in(request, user, via="link")
        if await _user(request):
            return RedirectResponse("/", status_code=303)
        by_address.failed(here)
    lines = (
        "A sign-in link works once and for a limited time.",
        "Start Twofold again to get a new one, or sign in with your password.",
    )
    return page(
        "message.html",
        "This link has been used or is out of date",
        status=403,
        lines=lines,
        link="/auth/login",
        link_text="Sign in",
    )


async def come_back(request: Request) -> Response:
    """Sign in whom the institution vouches for, where the owner made an account for them."""
    here = guard.address(request)
    if wait := by_address.wait(here):
        return oidc.refused("Too many attempts", (f"Please wait {_minutes(wait)} and try again.",), 429)
    found = await oidc.identified(request)
    if isinstance(found, Response):
        by_address.failed(here)
        return found
    told, to = found
    user = await run_in_threadpool(store().accounts.identify, told.issuer, told.subject, told.email)
    response = oidc.no_account(told.email) if user is None else await _signed_in(request, user, to, "oidc")
    oidc.forget_way(response, request)
    return response


# --- first start -----------------------------------------------------------------------------------------------------


def _no_setup() -> HTMLResponse:
    lines = (
        "A set-up link works once, and only until there is an owner.",
        "Stop Twofold and start it again to get a new link, or sign in.",
    )
    return page(
        "message.html",
        "This set-up link is not valid",
        status=403,
        lines=lines,
        link="/auth/login",
        link_text="Sign in",
    )


async def show_setup(request: Request) -> Response:
    """The form that makes the owner; looking at it does not use the code up."""
    code = request.query_params.get("code", "")
    here = guard.address(request)
    if by_address.wait(here) or not await run_in_threadpool(store().accounts.setup_open, code):
        by_address.failed(here)
        return _no_setup()
    return _form_page(request, "setup.html", "Welcome to Twofold", code=code)


async def setup(request: Request) -> Response:
    """Make the owner and sign them in."""
    form = await guard.read_form(request)
    code, name = form.get("code", ""), form.get("name", "").strip()

    def again(problem: str, status: int = 400) -> HTMLResponse:
        return _form_page(
            request, "setup.html", "Welcome to Twofold", status=status, problem=problem, name=name, code=code
        )

    here = guard.address(request)
    if by_address.wait(here) or not await run_in_threadpool(store().accounts.setup_open, code):
        by_address.failed(here)
        return _no_setup()
    if not _genuine(request, form):
        return again(EXPIRED_FORM, 403)
    if not name or len(name) > 100 or not name.isprintable():
        return again("Please give a name of 1 to 100 letters to sign in with.")
    if problem := _trouble(form, name):
        return again(problem)
    try:
        async with _hashing:
            user = await run_in_threadpool(store().accounts.create_owner, code, name, form["password"])
    except AccountError as error:
        return again(str(error))
    return await _signed_in(request, user)


# --- password, sign out ----------------------------------------------------------------------------------------------


async def show_password(request: Request) -> Response:
    """The form to change one's own password."""
    user = await _user(request)
    if user is None:
        return RedirectResponse("/auth/login", status_code=303)
    return _form_page(request, "password.html", "Change your password", user=user)


async def change_password(request: Request) -> Response:
    """Change one's own password, knowing the present one; every other session ends."""
    user = await _user(request)
    if user is None:
        return RedirectResponse("/auth/login", status_code=303)
    form = await guard.read_form(request)

    def again(problem: str, status: int = 400) -> HTMLResponse:
        return _form_page(request, "password.html", "Change your password", status=status, problem=problem, user=user)

    if not _genuine(request, form):
        return again(EXPIRED_FORM, 403)
    if wait := await run_in_threadpool(store().accounts.throttled, user.name):
        return again(f"Too many attempts. Please wait {_minutes(wait)} and try again.", 429)
    if problem := _trouble(form, user.name):
        return again(problem)
    async with _hashing:
        known = await run_in_threadpool(store().accounts.verify, user.name, form.get("current", "")[:LONGEST])
    if known is None:
        return again("That is not your present password.", 401)
    async with _hashing:
        await run_in_threadpool(store().accounts.set_password, user, form["password"])
    return await _signed_in(request, user)


async def show_logout(request: Request) -> Response:
    """Ask before signing out: a mere visit to an address must change nothing."""
    if await _user(request) is None:
        return RedirectResponse("/auth/login", status_code=303)
    lines = ("Your studies go on without you. Sign in again whenever you like.",)
    return _form_page(
        request, "confirm.html", "Sign out?", action="/auth/logout", button="Sign out", lines=lines, back=True
    )


async def logout(request: Request) -> Response:
    """End the session in the database and take the cookie back."""
    form = await guard.read_form(request)
    if not _genuine(request, form):
        return _form_page(
            request,
            "confirm.html",
            "Sign out?",
            status=403,
            problem=EXPIRED_FORM,
            action="/auth/logout",
            button="Sign out",
            back=True,
        )
    if session := _session(request):
        await run_in_threadpool(store().accounts.revoke, session)
    response = RedirectResponse("/auth/login", status_code=303, headers={"Cache-Control": "no-store"})
    name = guard.cookie_name(cookie_key(), "session")
    response.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=guard.is_https(request))
    return response
