"""Which scripts of other origins may read the answers of endpoints: those of registered apps that run in the browser.

No answer depends on a cookie, so nothing is allowed that a program without a browser could not do.
"""

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from identity.provider.registrations import is_origin_of_browser_app
from identity.provider.request_checks import View

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",  # seconds
}
ANSWER = {"Access-Control-Expose-Headers": "WWW-Authenticate"}


def readable_by_browser_apps(view: View) -> View:
    """With the headers of CORS where the request has an ``Origin`` (Fetch Standard, 3.3)."""

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204) if is_preflight else view(request, *args, **kwargs)
        patch_vary_headers(response, ["Origin"])
        origin = request.headers.get("Origin", "")
        if origin and is_origin_of_browser_app(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            for name, value in (PREFLIGHT if is_preflight else ANSWER).items():
                response.headers[name] = value
        return response

    return answered
