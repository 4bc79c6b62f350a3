"""What is shown in place of a page that cannot say what it is asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from session_inspector.inspector.seen import Seen


def which_are_you(request: HttpRequest, seen: Seen) -> HttpResponse:
    return render(request, "session_inspector/inspector/which.html", {"seen": seen})


def not_here(request: HttpRequest) -> HttpResponse:
    return render(request, "session_inspector/inspector/not_here.html", status=404)


def recorder_off(request: HttpRequest, seen: Seen) -> HttpResponse:
    return render(request, "session_inspector/inspector/off.html", {"seen": seen})
