"""*Start over* leads a browser from the inspector through the three servers and back, each of which forgets it.

Each page on the way sends its own form by itself, CSRF token and all. It does so only where the browser says, in
``Referer``, that the page before it on this way led here: no page of another site can write that. In every other case,
and without script, somebody presses the button.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lab.servers import INSPECTOR, SERVERS, Server

FORGET = "/session/forget/"
WAY = (INSPECTOR, *SERVERS, INSPECTOR)
KEEP, EMPTY, SCENARIO = "keep", "empty", "scenario"  # the journal afterwards; or where a run of a scenario begins


def place() -> int:
    """Of this server on the way."""
    return WAY.index(settings.SERVER, 1)


def server_before() -> Server:
    return WAY[place() - 1]


def server_after() -> Server:
    """Of one of the three."""
    return WAY[place() + 1]


def what_then(request: HttpRequest) -> str:
    """``keep``, ``empty`` or ``scenario``; nothing where this is not on the way."""
    asked = request.GET.get("then", "")
    return asked if asked in (KEEP, EMPTY, SCENARIO) else ""


def sends_itself(request: HttpRequest) -> bool:
    return bool(what_then(request)) and request.headers.get("Referer") == f"{server_before().origin}/"


def first_on_the_way(then: str) -> HttpResponse:
    """From the inspector to the page of the first server."""
    return led_to(f"{SERVERS[0].origin}{FORGET}?then={then}")


def onward(request: HttpRequest) -> HttpResponse:
    """To the page of the next server, as far as there is one."""
    after, then = server_after(), what_then(request)
    address = f"{after.origin}/start-over/?forgotten=yes" if after == INSPECTOR else f"{after.origin}{FORGET}"
    if not then:
        return redirect(address)
    return led_to(f"{address}{'&' if '?' in address else '?'}then={then}")


def led_to(address: str) -> HttpResponse:
    response = redirect(address)
    response.headers["Referrer-Policy"] = "origin"  # Django's own would not let the next server know who led there
    return response
