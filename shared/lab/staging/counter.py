"""A page of a server that signs in whoever says a name, and keeps in the session what they have ordered before."""

from collections.abc import Callable

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import get_random_string
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

PATH = "/counter/"
ORDERS = {"alice": 2, "bob": 500}  # how many orders each has placed


class CounterMiddleware:
    """Answer one more address. Needs a user, so it comes after AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return counter(request) if request.path == PATH else self.get_response(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    person = request.POST.get("name")
    if person not in ORDERS:
        return render(request, "counter.html", {"people": ORDERS})
    sign_in(request, person)
    request.session["orders"] = [get_random_string(10) for _ in range(ORDERS[person])]  # numbers, as good as random
    return redirect(PATH)


def sign_in(request: HttpRequest, person: str) -> None:
    user, _ = get_user_model().objects.get_or_create(
        username=f"counter:{person}", defaults={"first_name": person, "password": "!"}
    )
    login(request, user, backend="relying_party.backend.Backend")
