"""The library, and its lessons on when a session begins and what a server remembers."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lab.web.source_snippets import source_of
from site_a.languages import language_of
from site_a.values import about_values, count_visit

BOOKS = [
    {"title": "Middlemarch", "author": "George Eliot", "language": "en", "due": date(2026, 12, 1)},
    {"title": "Les Misérables", "author": "Victor Hugo", "language": "fr", "due": date(2026, 12, 4)},
    {"title": "The Analytical Engine", "author": "Ada Lovelace", "language": "en", "due": date(2026, 12, 14)},
]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    count_visit(request)
    return render(request, "site_a/home.html", {**about_values(request), "books": BOOKS})


@require_safe
@login_required
def shelf(request: HttpRequest) -> HttpResponse:
    return render(request, "site_a/shelf.html", {"books": BOOKS, "language": language_of(request.session)})


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    return render(request, "site_a/begin.html")


@require_safe
def store_nothing(request: HttpRequest) -> HttpResponse:
    source = source_of(store_nothing)
    return render(request, "site_a/begin.html", {"source": source, "stored": False})


@require_safe
def store_a_value(request: HttpRequest) -> HttpResponse:
    request.session["stored_at"] = timezone.now().isoformat(timespec="seconds")
    source = source_of(store_a_value)
    return render(request, "site_a/begin.html", {"source": source, "stored": True})


def count_in_a_variable() -> dict[str, int]:
    in_a_variable = 0
    in_a_variable += 1
    return {"in_a_variable": in_a_variable}


def count(request: HttpRequest) -> dict[str, int]:
    in_a_variable = 0
    in_a_variable += 1
    request.session["count"] = request.session.get("count", 0) + 1
    return {"in_a_variable": in_a_variable, "in_the_session": request.session["count"]}


@require_safe
def stateless(request: HttpRequest) -> HttpResponse:
    source = source_of(count_in_a_variable)
    return render(request, "site_a/stateless.html", {**count_in_a_variable(), "source": source})


@require_safe
def stateless_with_session(request: HttpRequest) -> HttpResponse:
    return render(request, "site_a/stateless.html", {**count(request), "source": source_of(count)})


@require_safe
def stateless_plain(request: HttpRequest) -> HttpResponse:
    """The same for a program."""
    counts = count(request)
    text = "in a variable: {in_a_variable}\nin the session: {in_the_session}\n".format(**counts)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
