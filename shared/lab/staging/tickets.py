"""A page that gives one ticket to each address that asks, as a limit on wrong passwords counts them.

A proxy says who asked it in ``X-Forwarded-For``: it puts that address behind what stood there before. What stands there
first, whoever asks may have written.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PATH = "/ticket/"


class TicketMiddleware:
    """Answer one more address. Who asks is who has connected. Who has had a ticket is kept in memory."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.had = set[str]()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return self.get_response(request)
        address = self.address_of(request)
        is_late = address in self.had
        self.had.add(address)
        return render(request, "ticket.html", {"address": address, "is_late": is_late}, status=429 if is_late else 200)

    def address_of(self, request: HttpRequest) -> str:
        return request.META["REMOTE_ADDR"]


class FirstAddressMiddleware(TicketMiddleware):
    """Who asks is the first address of the header."""

    def address_of(self, request: HttpRequest) -> str:
        return forwarded(request)[0]


class LastAddressMiddleware(TicketMiddleware):
    """Who asks is the last address of the header, which the one proxy before this server has written."""

    def address_of(self, request: HttpRequest) -> str:
        return forwarded(request)[-1]


def forwarded(request: HttpRequest) -> list[str]:
    return [one.strip() for one in request.headers["X-Forwarded-For"].split(",")]
