"""The pages about one's own OP sessions: where they are, which sites they led to, and which sites were notified."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from allauth.usersessions.models import UserSession, UserSessionManager
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from backchannel_logout.models import RelyingPartySession
from backchannel_logout.op_sessions import with_an_op_session
from backchannel_logout.signals import end_sessions

SALT = "identity.signed_out"
MAX_AGE = 3600  # seconds that the page after signing out can be reloaded
PER_PAGE = 20
MAX_ENDED = 20  # on the list
SESSION_KEY = attrgetter("session_key")


@dataclass(frozen=True)
class EndedSession:
    """One that has ended, with what it was at each site that it led to."""

    led_to: list[RelyingPartySession]

    @property
    def ended_at(self) -> datetime | None:
        return self.led_to[0].ended_at

    @property
    def user_agent(self) -> str:
        return self.led_to[0].user_agent


@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/sessions.html", about_sessions(request))


def about_sessions(request: HttpRequest) -> dict:
    """One page of them: this browser's first, then the newest."""
    assert request.user.is_authenticated  # the views require it
    is_other = Case(When(session_key=request.session.session_key, then=0), default=1)
    page = Paginator(sessions_of(request.user).order_by(is_other, "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    led_to = RelyingPartySession.objects.select_related("client")
    sites = defaultdict(list)
    for one in led_to.filter(session_key__in=[session.session_key for session in page]).order_by("began_at"):
        sites[one.session_key].append(one)
    for session in page:
        session.led_to = sites[session.session_key]
    ended = led_to.filter(user=request.user, ended_at__isnull=False).order_by("-ended_at", "session_key")[:MAX_ENDED]
    return {"page": page, "ended": [EndedSession(list(ones)) for _, ones in groupby(ended, SESSION_KEY)]}


def sessions_of(user: AbstractBaseUser) -> QuerySet[UserSession]:
    """What allauth keeps of each session of that person that goes on."""
    return UserSession.objects.filter(with_an_op_session(timezone.now()), user=user.pk)


def purge(manager: UserSessionManager, user: AbstractBaseUser) -> None:
    """Delete what allauth keeps of that person's sessions that have ended.

    allauth does so at each sign-in, but looks at all of them one by one, and makes a list that nobody reads.
    """
    manager.filter(~with_an_op_session(timezone.now()), user=user.pk).delete()


@require_POST
@login_required
def end_one(request: HttpRequest) -> HttpResponse:
    """End one of the person's own sessions, in this browser or another."""
    number = request.POST.get("session", "")
    session = UserSession.objects.filter(
        user=request.user, pk=number if number.isdecimal() and len(number) < 19 else None
    ).first()
    if session is None:
        refusal = "That session has ended already, or is not yours."
        return render(request, "identity/sessions.html", {**about_sessions(request), "refusal": refusal}, status=404)
    goes_to = address_of_signed_out(request) if session.session_key == request.session.session_key else "sessions"
    session.end()
    return redirect(goes_to)


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """End all of the person's sessions except this one."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    with transaction.atomic():
        end_sessions(list(others.values_list("session_key", flat=True)))
        others.filter(~with_an_op_session(timezone.now())).delete()  # not one that has begun meanwhile
    return redirect("sessions")


def address_of_signed_out(request: HttpRequest) -> str:
    """The page after the end of this session. Its address names the sites' sessions, signed."""
    if not request.user.is_authenticated:
        return reverse("signed_out")
    led_to = RelyingPartySession.objects.filter(session_key=request.session.session_key).values_list("pk", flat=True)
    return f"{reverse('signed_out')}?of={signing.dumps(list(led_to), salt=SALT)}"


@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """The page after signing out. Anybody who is signed in is sent to the front page."""
    if request.user.is_authenticated:
        return redirect("home")
    try:
        numbers = signing.loads(request.GET.get("of", ""), salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        numbers = None
    led_to = RelyingPartySession.objects.select_related("client").filter(pk__in=numbers or [])
    about = {"is_known": numbers is not None, "led_to": led_to, "not_told": any(not one.notified_at for one in led_to)}
    about["will_try"] = any(one.next_attempt_at and not one.notified_at for one in led_to)
    return render(request, "identity/signed_out.html", about)
