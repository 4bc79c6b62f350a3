"""*Start over* leads a browser from the inspector through the three servers and back, each of which forgets it.

Each page on the way sends its own form by itself, CSRF token and all. It does so only where the browser says, in
``Referer``, that the page before it on this way led here: no page of another site can write that. In every other case,
and without script, somebody presses the button.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lab.servers import INSPECTOR, SERVERS, Server

WAY = (INSPECTOR, *SERVERS, INSPECTOR)
KEEP, EMPTY = "keep", "empty"  # what is to become of the journal at the end


def place() -> int:
    """Of this server on the way."""
    return WAY.index(settings.SERVER, 1)


def server_before() -> Server:
    return WAY[place() - 1]


def server_after() -> Server:
    """Of one of the three."""
    return WAY[place() + 1]


def journal_after(request: HttpRequest) -> str:
    """``keep`` or ``empty``; nothing where this is not on the way."""
    asked = request.GET.get("journal", "")
    return asked if asked in (KEEP, EMPTY) else ""


def sends_itself(request: HttpRequest) -> bool:
    return bool(journal_after(request)) and request.headers.get("Referer") == f"{server_before().origin}/"


def onward(request: HttpRequest) -> HttpResponse:
    """To the page of the next server, as far as there is one."""
    after, journal = server_after(), journal_after(request)
    address = f"{after.origin}/start-over/?forgotten=yes" if after == INSPECTOR else f"{after.origin}{request.path}"
    if not journal:
        return redirect(address)
    response = redirect(f"{address}{'&' if '?' in address else '?'}journal={journal}")
    response.headers["Referrer-Policy"] = "origin"  # Django's own would not let the next server know who led there
    return response
