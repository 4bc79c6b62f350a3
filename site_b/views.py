"""The shop."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

ORDERS = [
    {"placed": date(2026, 11, 2), "items": "ink, black; two nibs", "state": "delivered"},
    {"placed": date(2026, 11, 19), "items": "letter paper, 100 sheets", "state": "on its way"},
]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "site_b/home.html")


@require_safe
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    return render(request, "site_b/orders.html", {"orders": ORDERS})
