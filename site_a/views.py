"""The library."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

BOOKS = [
    {"title": "Middlemarch", "author": "George Eliot", "due": date(2026, 12, 1)},
    {"title": "Les Misérables", "author": "Victor Hugo", "due": date(2026, 12, 4)},
    {"title": "The Analytical Engine", "author": "Ada Lovelace", "due": date(2026, 12, 14)},
]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "site_a/home.html")


@require_safe
@login_required
def shelf(request: HttpRequest) -> HttpResponse:
    return render(request, "site_a/shelf.html", {"books": BOOKS})
