"""What the library keeps in a session, and the page on which one changes it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from lab.web.session_state import has_session, session_has_ended
from lab.web.source_snippets import session_lines_of
from site_a.forms import MAX_OWN, LanguageForm, NameForm, OwnNameForm, OwnValueForm, TimeoutForm, own_values
from site_a.languages import language_of


@receiver(user_logged_in)
def keep_login_time(request: HttpRequest, **kwargs) -> None:
    request.session["login_time"] = timezone.now().isoformat(timespec="seconds")


def count_visit(request: HttpRequest) -> None:
    """Count in a session that there is anyway: looking at the front page makes none."""
    if has_session(request):
        request.session["visits"] = request.session.get("visits", 0) + 1


@require_safe
def values(request: HttpRequest) -> HttpResponse:
    return render(request, "site_a/values.html", about_values(request))


def about_values(request: HttpRequest) -> dict[str, Any]:
    """What the pages about values show. What was typed into a form that is refused stays in it."""
    session, typed = request.session, request.POST
    language = language_of(session)
    name = request.user.first_name if request.user.is_authenticated else ""
    timeout = session.get("_session_expiry", session.get_session_cookie_age())
    forms = {
        "language_form": LanguageForm(typed if "language" in typed else None, initial={"language": language.code}),
        "timeout_form": TimeoutForm(typed if "timeout" in typed else None, initial={"timeout": timeout}),
        "own_form": OwnValueForm(typed if "value" in typed else None),
    }
    return {
        **forms,
        "refused": next((f"{form[name].auto_id}_error" for form in forms.values() for name in form.errors), "refusal"),
        "page": page_of(request),
        "language": language,
        "greeting": language.to_somebody.format(name=name) if name else language.greeting,
        "login_time": parse_datetime(session.get("login_time", "")),
        "visits": session.get("visits"),
        "own_values": own_values(session),
        **about_asked(request),
        "source": {name: session_lines_of(function) for name, function in SHOWN.items()},
    }


def about_asked(request: HttpRequest) -> dict[str, str]:
    """The value that the form for reading one asks for."""
    if "name" not in request.GET:
        return {}
    form = NameForm(request.GET)
    if not form.is_valid():
        return {"asked": request.GET["name"], "refusal": first_error(form)}
    name = form.cleaned_data["name"]
    value = request.session.get(name)
    return {"asked": name, "answer": repr(value)}


def first_error(form: Form) -> str:
    return str(next(iter(form.errors.values()))[0])


Act = Callable[[HttpRequest], str]  # what was refused, and why; nothing where it was done


def action(act: Act) -> Callable[[HttpRequest], HttpResponse]:
    """A view that does the act and leads to the page that shows what it did, or says there why it was refused."""

    @require_POST
    @wraps(act)
    def view(request: HttpRequest) -> HttpResponse:
        refusal = what_has_ended(request) if session_has_ended(request) else act(request)
        if refusal:
            return render(request, "site_a/values.html", {**about_values(request), "refusal": refusal}, status=400)
        return redirect(page_of(request))

    return view


def page_of(request: HttpRequest) -> str:
    """The page that has the forms, by name: the front page of somebody signed in, or the page about values."""
    match = request.resolver_match
    asked = request.POST.get("page") or (match and match.url_name)
    return "home" if asked == "home" else "values"


def what_has_ended(request: HttpRequest) -> str:
    said = "The session in which you opened this page has ended. Nothing was changed."
    is_typed = not request.POST.keys().isdisjoint({"language", "timeout", "value"})
    return f"{said} What you typed is still here. Send it again: a new session begins." if is_typed else said


NO_SESSION = "There is no session to change. Store a value first."


@action
def set_language(request: HttpRequest) -> str:
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return first_error(form)
    language = form.cleaned_data["language"]
    request.session["language"] = language
    return ""


@action
def set_timeout(request: HttpRequest) -> str:
    form = TimeoutForm(request.POST)
    if not form.is_valid():
        return first_error(form)
    seconds = form.cleaned_data["timeout"]
    request.session.set_expiry(seconds)
    return ""


@action
def set_own(request: HttpRequest) -> str:
    form = OwnValueForm(request.POST)
    if not form.is_valid():
        return first_error(form)
    name, value = form.cleaned_data["name"], form.cleaned_data["value"]
    if len({*own_values(request.session), name}) > MAX_OWN:
        return f"You can have at most {MAX_OWN} values of your own. Delete one first."
    request.session[name] = value
    return ""


@action
def delete_own(request: HttpRequest) -> str:
    form = OwnNameForm(request.POST)
    if not form.is_valid():
        return first_error(form)
    name = form.cleaned_data["name"]
    if name not in request.session:
        return f"There is no {name} in your session."
    del request.session[name]
    return ""


@action
def new_key(request: HttpRequest) -> str:
    if not has_session(request):
        return NO_SESSION
    request.session.cycle_key()
    return ""


@action
def expire(request: HttpRequest) -> str:
    if not has_session(request):
        return NO_SESSION
    request.session.set_expiry(-1)
    return ""


@action
def flush(request: HttpRequest) -> str:
    if not has_session(request):
        return NO_SESSION
    request.session.flush()
    return ""


# The functions whose lines stand beside what they do.
SHOWN = {
    "language": set_language,
    "timeout": set_timeout,
    "own": set_own,
    "delete": delete_own,
    "new_key": new_key,
    "expire": expire,
    "flush": flush,
    "visits": count_visit,
    "login_time": keep_login_time,
    "asked": about_asked,
}
