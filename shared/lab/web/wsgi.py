"""What the server calls for each request: Django, with requests that it can read."""

import codecs
from collections.abc import Callable, Iterable

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from lab.servers import PROXIES

django = get_wsgi_application()


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Without a ``Content-Type`` of another encoding: on some, which are none of text, Django fails before any
    middleware could answer, and browsers send UTF-8.
    """
    try:
        _, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        is_known = codecs.lookup(parameters.get("charset", "utf-8")).name == "utf-8"
    except (ValueError, LookupError):
        is_known = False
    if not is_known:
        environ["CONTENT_TYPE"] = ""
    environ["REMOTE_ADDR"] = address_of_client(environ, PROXIES)
    return django(environ, start_response)


def address_of_client(environ: dict, proxies: int) -> str:
    """Where the request comes from: what the outermost of our proxies has seen. Each appends the address of who asked
    it, so whatever stands before that comes from the client, and may be anything."""
    said = environ.get("HTTP_X_FORWARDED_FOR", "").replace(",", " ").split()
    return said[-proxies] if 0 < proxies <= len(said) else environ.get("REMOTE_ADDR", "")
