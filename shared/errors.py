"""The page for a request that could not be understood."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Instead of Django's own, which reads the form again for its CSRF token: a 500 where the form is what is wrong."""
    return render(request, "400.html", status=400)
