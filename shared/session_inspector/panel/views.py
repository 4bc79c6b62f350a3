"""Where this server keeps sessions. Of its table: one's own row, and how many others there are."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from session_inspector.journal.database import redactor
from session_inspector.panel.kept import in_two, value_of, where_rows_are
from session_inspector.redaction import TOKENS, beginning
from session_inspector.session_store import stored_as

MAX_LISTED = 10  # rows of all that are listed, without a value
MAX_COUNTED = 1000  # rows; a database counts by looking at each


@dataclass(frozen=True)
class Counted:
    """How many rows there are, up to ``MAX_COUNTED``; one more stands for all above."""

    number: int

    @property
    def is_all(self) -> bool:
        return self.number <= MAX_COUNTED

    def __str__(self) -> str:
        return str(self.number) if self.is_all else f"more than {MAX_COUNTED:,}"


def counted(rows: QuerySet) -> Counted:
    return Counted(rows[: MAX_COUNTED + 1].count())


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    return page(request)


@csrf_exempt  # a token would need a cookie, which this page must not add: what it shows would be another thing then
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest) -> HttpResponse:
    """The same page with one's own values in full: for a form of this origin only, as the browser's ``Origin`` says.

    Another port of this host, or a host beside it, would be same-site, and its form comes with the cookies. By POST
    only: no history, no prefetch, no link leads to it. Whoever else asks is led to the page with the button.
    Behind a proxy that ends TLS, the project must say so, as for Django's own check (``SECURE_PROXY_SSL_HEADER``).
    """
    if request.method != "POST" or request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return redirect("session_table")
    return page(request, in_full=True)


@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Remove the rows that have expired, as ``manage.py clearsessions`` does, and say how many those were."""
    expired = Session.objects.filter(expire_date__lt=timezone.now())
    before = expired.count()
    call_command("clearsessions")
    return page(request, removed=before - expired.count())


def page(request: HttpRequest, in_full: bool = False, removed: int | None = None) -> HttpResponse:
    stored = where_rows_are()
    name, about = ("table", about_table) if "table" in stored else ("store", about_store)
    context = {
        **about(request, in_full),
        "stored": stored,
        "in_full": in_full,
        "removed": removed,
        "cookies": [
            (name, request.COOKIES[name])
            for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
            if in_full and name in request.COOKIES
        ],
    }
    return render(request, f"session_inspector/panel/{name}.html", context)


def about_store(request: HttpRequest, in_full: bool) -> dict[str, Any]:
    """This browser's own session, in a store that is no table."""
    key = request.session.session_key
    return {
        "store": stored_as(),
        "key": key and (key if in_full else beginning(key) + "…"),
        **in_two([own_value(name, value, in_full) for name, value in request.session.items()]),
    }


def about_table(request: HttpRequest, in_full: bool) -> dict[str, Any]:
    """The row of this browser's own session, and two numbers about the others: never a value of theirs."""
    # By the cookie: where the row is past its date, request.session knows no key any more.
    own = Session.objects.filter(session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    row = own.first()
    return {
        "row": row,
        "is_past": row and row.expire_date <= timezone.now(),
        "key": row and (row.session_key if in_full else beginning(row.session_key) + "…"),
        "data": row and row.session_data[:24] + "…",
        **in_two([own_value(name, value, in_full) for name, value in row.get_decoded().items()] if row else []),
        "plan": own.explain(),
        "some": Session.objects.order_by("-expire_date")[:MAX_LISTED],
        "rows": counted(Session.objects.all()),
        "expired": counted(Session.objects.filter(expire_date__lt=timezone.now())),
    }


def own_value(name: str, value: Any, in_full: bool) -> dict[str, Any]:
    if in_full and name not in TOKENS:
        return {**value_of(name, value), "value": json.dumps(value, ensure_ascii=False)}
    return value_of(name, redactor().value(name, value))
