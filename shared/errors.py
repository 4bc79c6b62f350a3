"""Pages for requests that are refused before a view sees them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shared.redaction import NEVER, SECRET


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Instead of Django's own, which reads the form again for its CSRF token: a 500 where the form is what is wrong."""
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose CSRF token does not fit. What was typed into it is shown, so that it is not lost."""
    typed = [(name, value) for name, value in request.POST.items() if name not in NEVER | SECRET and value]
    return render(request, "403_csrf.html", {"typed": typed}, status=403)
