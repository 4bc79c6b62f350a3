"""Checks of requests to protocol endpoints before the library reads them: it would answer these with a 500."""

import json
import re
from collections.abc import Callable
from functools import wraps

from allauth.idp.oidc.internal.resources import get_resources
from django.core.exceptions import BadRequest, SuspiciousOperation, ValidationError
from django.http import HttpRequest, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]
Check = Callable[[HttpRequest], None]

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def check_query_is_encoded(request: HttpRequest) -> None:
    """Refuse a per cent sign without two hexadecimal digits (RFC 3986, section 2.1)."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", request.META.get("QUERY_STRING", "")):
        raise BadRequest("The query string is not percent-encoded.")


def check_each_parameter_comes_once(request: HttpRequest) -> None:
    """Refuse a parameter with two values (RFC 6749, 3.1 and 3.2), except those that may (RFC 8707; our form)."""
    for parameters in (request.GET, request.POST):
        for name, values in parameters.lists():
            if len(values) > 1 and name not in ("resource", "scopes"):
                raise BadRequest("A parameter comes twice.")


def check_claims_is_an_object(request: HttpRequest) -> None:
    """Refuse a ``claims`` parameter that is no JSON object (OpenID Connect Core, 5.5), or nested too deeply.

    The library parses it again, deeper in the stack, where the nesting allowed is less.
    """
    for value in request.GET.getlist("claims"):
        try:
            claims = json.loads(value) if value.count("{") + value.count("[") <= 100 else None
        except ValueError:
            claims = None
        if not isinstance(claims, dict):
            raise BadRequest("The claims parameter is not a JSON object.")


def check_resources_are_uris(request: HttpRequest) -> None:
    """Refuse a ``resource`` that is no absolute URI (RFC 8707, section 2)."""
    try:
        get_resources(request)
    except (ValueError, ValidationError):
        raise BadRequest("A resource parameter is not an absolute URI.") from None


def check_code_is_printable(request: HttpRequest) -> None:
    """Refuse a code or client id with characters that it cannot have (RFC 6749, appendix A)."""
    for name in ("code", "client_id"):
        if not re.fullmatch(r"[ -~]{0,100}", request.POST.get(name, "")):
            raise BadRequest(f"The {name} is not one of this server's.")


def check_body_is_a_form(request: HttpRequest) -> None:
    """Refuse JSON, for example (RFC 6749, 3.2). Multipart is a form, too."""
    if request.method == "POST" and request.content_type not in ("", *FORMS):
        raise BadRequest(f"The body is not sent as {FORMS[0]}.")


def check_grant_type_is_there(request: HttpRequest) -> None:
    """A missing parameter is an ``invalid_request`` (RFC 6749, 5.2). oauthlib would not support the empty grant."""
    if request.method == "POST" and not request.POST.get("grant_type"):
        raise BadRequest("The grant_type is missing.")


def well_formed(view: View, *checks: Check) -> View:
    """Call the view for requests that pass the checks; Django answers the others with its page for 400."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        check_query_is_encoded(request)
        check_each_parameter_comes_once(request)
        check_claims_is_an_object(request)
        check_resources_are_uris(request)
        check_code_is_printable(request)
        for check in checks:
            check(request)
        return view(request, *args, **kwargs)

    return checked


def well_formed_for_programs(view: View, *checks: Check) -> View:
    """The same for an endpoint that clients call: the error is JSON, not to be cached (RFC 6749, 5.1 and 5.2).

    Also for a body that Django does not read: too long, or with too many fields.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        request.encoding = "utf-8"  # a form is ASCII, whatever charset it names (Java clients name ISO-8859-1)
        try:
            response = well_formed(view, *checks)(request, *args, **kwargs)
        except (BadRequest, SuspiciousOperation, MultiPartParserError) as error:
            why = str(error) if isinstance(error, BadRequest) else "The request cannot be read."
            response = JsonResponse({"error": "invalid_request", "error_description": why}, status=400)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return checked
