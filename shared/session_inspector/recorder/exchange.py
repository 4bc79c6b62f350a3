"""From a request and its response to an entry of the journal."""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from http.cookies import Morsel
from urllib.parse import parse_qsl

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import SimpleLazyObject, empty

from session_inspector.configuration import configuration
from session_inspector.cookie_header import pairs_in
from session_inspector.explain.browsers import is_browser
from session_inspector.journal.database import redactor
from session_inspector.journal.schema import (
    CheckedToken,
    Cookie,
    Entry,
    Exchange,
    Failure,
    Parameters,
    Person,
    SetCookie,
)
from session_inspector.recorder.fitting import fitting
from session_inspector.recorder.never_raise import never_raise
from session_inspector.recorder.refusal import refusal_of
from session_inspector.recorder.session_snapshot import Row
from session_inspector.redaction import (
    MAX_ITEMS,
    is_random_run,
    redacted_path,
    shortened,
    without_user,
)
from session_inspector.session_store import stored_as
from session_inspector.this_participant import endpoints_in
from trace_context import journey_in, journey_of

# Of the request's headers only those that the lessons speak of.
HEADERS = {
    "Host", "Origin", "Referer", "User-Agent", "Content-Type", "Accept-Language",
    "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Purpose",
}  # fmt: skip


@dataclass
class Noted:
    """What the Relying Party told of the exchange while it was under way."""

    id_token: CheckedToken | None = None
    logout_token: CheckedToken | None = None
    failed: Failure | None = None


def entry_of(
    request: HttpRequest,
    response: HttpResponse,
    before: Row,
    after: Row,
    noted: Noted,
    at: datetime,
    seconds: float,
) -> Entry:
    """The exchange, redacted. ``seconds`` is how long the server took."""
    location = response.headers.get("Location", "")
    told = response.cookies.get(settings.CSRF_COOKIE_NAME)
    csrf = told.value if told else request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    cookies = cookies_of(request)
    sent_key, set_key = keys_that_tell(request, cookies, after)
    return Entry(
        at=at,
        server=configuration().name,
        journey=journey_of_exchange(request, location, before, after),
        sent_key=sent_key,
        set_key=set_key,
        csrf=fingerprint_of(csrf),
        perhaps_of=perhaps_of_journey(request, before),
        record=Exchange(
            channel="back" if is_back_channel(request) else "front",
            method=(request.method or "")[:20],
            path=redacted_path(request.path),
            query=fitting(redactor().query(request.META.get("QUERY_STRING", ""))),
            form=fitting(form_of(request)),
            headers={
                name: redactor().url(value) if name in ("Referer", "Origin") else shortened(without_user(value))
                for name, value in request.headers.items()
                # without a body, Content-Type is what wsgiref fills in
                if name in HEADERS and (name != "Content-Type" or request.META.get("CONTENT_LENGTH"))
            },
            cookies=tuple(cookies[:MAX_ITEMS]),
            more_cookies=max(len(cookies) - MAX_ITEMS, 0),
            status=response.status_code,
            type=response.headers.get("Content-Type", ""),
            location=redactor().url(location) if location else None,
            set_cookies=tuple(told_to_keep(morsel) for morsel in response.cookies.values()),
            before=before.redacted,
            after=after.redacted,
            user=user_of(request),
            address=request.META.get("REMOTE_ADDR", ""),
            ms=round(seconds * 1000, 1),
            id_token=noted.id_token,
            logout_token=noted.logout_token,
            failed=noted.failed,
            not_accepted=never_raise(refusal_of, request, before),
            stored_as=stored_as(),
            process=os.getpid(),
        ),
    )


def journey_of_exchange(request: HttpRequest, location: str, before: Row, after: Row) -> str:
    """The sign-in that the exchange is part of, as the back channel names it or as a ``state`` in it tells.

    At a site only a state that its session knows counts: anybody may write one into an address.
    """
    if is_back_channel(request):
        return journey_in(request.headers.get("traceparent", ""))
    asked = parameters_of(request.META.get("QUERY_STRING", ""))
    form = getattr(request, "_post", None) or {}
    for url in (location, asked.get("next", ""), form.get("next", "")):
        asked = parameters_of(url.partition("?")[2]) | asked
    if apps.is_installed("relying_party"):
        is_ours = asked.get("state") in {*before.data.get("oidc_states", {}), *after.data.get("oidc_states", {})}
    else:
        is_ours = "state" in asked and not asked.keys().isdisjoint({"client_id", "code"})
    return journey_of(asked["state"]) if is_ours else ""


def perhaps_of_journey(request: HttpRequest, before: Row) -> str:
    """The sign-in that an answer without a session says it belongs to. The journal knows whether that has begun."""
    is_without_session = endpoint_of(request) == "callback" and not before.key
    return journey_of(request.GET["state"]) if is_without_session and "state" in request.GET else ""


def is_back_channel(request: HttpRequest) -> bool:
    """Whether a server asks, at an address that only servers ask: it has no cookies. A site names the journey; a client
    that does not, redeems a code and is no browser."""
    endpoint = endpoint_of(request)
    is_asked_by_site = endpoint in ("token", "userinfo", "jwks") and "traceparent" in request.headers
    is_asked_by_client = endpoint == "token" and not is_browser(request.headers.get("User-Agent", ""))
    return (is_asked_by_site or is_asked_by_client or endpoint == "backchannel_logout") and not request.COOKIES


def endpoint_of(request: HttpRequest) -> str:
    """Which of this project's endpoints is asked, by its name; empty for any other page."""
    known = endpoints_in(settings.ROOT_URLCONF)
    return next((name for name, path in known.items() if path == request.path), "")


def parameters_of(query: str) -> dict[str, str]:
    return dict(parse_qsl(query[:5000]))


def fingerprint_of(value: str) -> str:
    return redactor().fingerprint(value) if value else ""


def form_of(request: HttpRequest) -> Parameters:
    """What the form said, where the view has read it: reading a body that it left alone would change what it sees."""
    form: QueryDict | None = getattr(request, "_post", None)
    lists = form.lists() if form else ()
    return redactor().pairs((name, value) for name, values in lists for value in values)


def cookies_of(request: HttpRequest) -> list[Cookie]:
    """This server's own first. Of those of one name, ``request.COOKIES`` has one; the header says how many came."""
    came = [sent(name, value) for name, value in request.COOKIES.items()]
    pairs = pairs_in(request.META.get("HTTP_COOKIE", ""))
    last = {name: place for place, (name, _) in enumerate(pairs)}
    others = [pair for place, pair in enumerate(pairs) if place != last[pair[0]]]
    came += [replace(sent(name, value), is_taken=False) for name, value in others]
    return sorted(came, key=lambda cookie: ("session", "csrf", "").index(cookie.role))


def keys_that_tell(request: HttpRequest, cookies: list[Cookie], after: Row) -> tuple[str, str]:
    """Fingerprints of the session keys that came and that the server keeps, as far as they tell whose browser it is.

    Of a session cookie that came twice, one may be a key that a neighbour has planted: then the browser is known by its
    other cookies.
    """
    sent_key, set_key = fingerprint_of(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")), fingerprint_of(after.key)
    if all(cookie.is_taken for cookie in cookies if cookie.role == "session"):
        return sent_key, set_key
    return "", set_key if set_key != sent_key else ""


def sent(name: str, value: str) -> Cookie:
    return Cookie(redactor().name(name), redactor().mask(value), role_of(name), is_random=is_random_run(value))


def role_of(cookie: str) -> str:
    """What the cookie of that name is to this server: ``session``, ``csrf`` or nothing."""
    return {settings.SESSION_COOKIE_NAME: "session", settings.CSRF_COOKIE_NAME: "csrf"}.get(cookie, "")


def told_to_keep(morsel: Morsel) -> SetCookie:
    attributes = {name: str(value) for name, value in morsel.items() if value not in ("", None, False)}
    size = len(morsel.key) + len(morsel.coded_value.encode())
    return SetCookie(**vars(sent(morsel.key, morsel.value)), attributes=attributes, size=size)


def user_of(request: HttpRequest) -> Person | None:
    """Who the view found the person to be; None where it never asked."""
    user = vars(request).get("user")
    if isinstance(user, SimpleLazyObject):
        user = None if user._wrapped is empty else user._wrapped
    user = user or vars(request).get("_acached_user")  # that of an asynchronous view
    if user is None:
        return None
    first_name = getattr(user, "first_name", "") if user.pk else ""  # not every model of users has one
    return Person(str(user.pk or ""), first_name or user.get_username())
