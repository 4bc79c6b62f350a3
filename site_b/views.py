"""The shop, whose cart lives in the session of whoever fills it, signed in or not."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lab.web.session_state import session_has_ended
from lab.web.source_snippets import session_lines_of

GOODS = {
    "ink": {"title": "Ink, black", "price": 6},
    "nib": {"title": "Nib, fine", "price": 3},
    "paper": {"title": "Letter paper, 100 sheets", "price": 11},
    "wax": {"title": "Sealing wax, red", "price": 4},
}
ORDERS = [
    {"placed": date(2026, 11, 2), "items": "ink, black; two nibs", "state": "delivered"},
    {"placed": date(2026, 11, 19), "items": "letter paper, 100 sheets", "state": "on its way"},
]
MAX_OF_ONE = 99  # of one thing


@receiver(user_logged_in)
def say_that_the_cart_came_along(request: HttpRequest, **kwargs) -> None:
    if request.session.get("cart"):
        text = "Your cart is still here. Signing in gave your session a new key; the values in it stayed."
        messages.info(request, text, fail_silently=True)  # a sign-in by a program has no next page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "site_b/home.html", about_cart(request))


@require_safe
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    return render(request, "site_b/orders.html", {"orders": ORDERS})


@require_safe
def cart(request: HttpRequest) -> HttpResponse:
    return render(request, "site_b/cart.html", about_cart(request))


def about_cart(request: HttpRequest) -> dict[str, Any]:
    cart = request.session.get("cart", {})
    lines = [{"item": item, "count": count, **GOODS[item]} for item, count in cart.items() if item in GOODS]
    return {
        "goods": GOODS,
        "lines": lines,
        "number": sum(line["count"] for line in lines),
        "total": sum(line["count"] * line["price"] for line in lines),
        "source": {"add": session_lines_of(add), "remove": session_lines_of(remove)},
    }


def refuse(request: HttpRequest, refusal: str) -> HttpResponse:
    return render(request, "site_b/cart.html", {**about_cart(request), "refusal": refusal}, status=400)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    item = request.POST.get("item", "")
    if item not in GOODS:
        return refuse(request, "The shop has no such thing. Choose one of those below.")
    if session_has_ended(request):
        messages.info(
            request, "The session in which you opened this page has ended, with all that was in it. This is a new one."
        )
    cart = request.session.get("cart", {})
    if cart.get(item, 0) >= MAX_OF_ONE:
        return refuse(request, f"The shop has only {MAX_OF_ONE} of one thing.")
    request.session["cart"] = cart | {item: cart.get(item, 0) + 1}
    return redirect("cart")


@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    item = request.POST.get("item", "")
    if item not in request.session.get("cart", {}):
        return refuse(request, "That is not in your cart. Perhaps its session has ended.")
    del request.session["cart"][item]
    request.session.modified = True
    return redirect("cart")
