"""A page of a site with a script that somebody else wrote: which cookies it sees, and what it does as the visitor."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PATH = "/visitors/"


class ForeignScriptMiddleware:
    """Answer one more address. Its page runs the script at the press of a button; the script sends the names of the
    cookies that it saw there, and the answer says them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return self.get_response(request)
        return render(request, "foreign_script.html", {"seen": request.POST.get("name", "").split()})
