"""Forms that were open while their session ended."""

from django.http import HttpRequest


def session_has_ended(request: HttpRequest) -> bool:
    """Whether the form was opened in a session (the template ``session_field.html`` says so) that is gone now."""
    return "opened_in_session" in request.POST and not request.session.keys()
