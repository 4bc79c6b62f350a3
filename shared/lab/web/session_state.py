"""Forms that were open while their session ended."""

from django.http import HttpRequest


def has_session(request: HttpRequest) -> bool:
    """Whether the request's key leads to a row, be it without values."""
    request.session.keys()  # loads it: a key that leads nowhere is dropped then
    return not request.session.is_empty()


def session_has_ended(request: HttpRequest) -> bool:
    """Whether the form was opened in a session (the template ``session_field.html`` says so) that is gone now."""
    return "opened_in_session" in request.POST and not has_session(request)
