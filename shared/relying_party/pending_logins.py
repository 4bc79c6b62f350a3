"""The sign-ins that a session has begun and not finished: its ``oidc_states``, by ``state``.

mozilla-django-oidc keeps ``nonce``, ``code_verifier`` and ``added_on`` of each; here come where the person wanted to go
(one a session would let two tabs overwrite each other's) and whether they were asked silently.

A session is saved as a whole: of two sign-ins that begin in the same instant the one that is saved first is lost, and
its answer unknown.
"""

import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest

from relying_party.failures import SignInFailed

STATES = "oidc_states"


def drop_old(session: SessionBase) -> None:
    """Forget what was begun too long ago. How many there may be, ``OIDC_MAX_STATES``, the library sees to."""
    states = session.get(STATES, {})
    fresh = {state: begun for state, begun in states.items() if is_fresh(begun)}
    if fresh != states:
        session[STATES] = fresh


def is_fresh(begun: dict) -> bool:
    """Whether it is not too long ago; nor far ahead, where the clock has been set back meanwhile."""
    return abs(time.time() - begun["added_on"]) < settings.OIDC_STATE_LIVES


def note_newest(session: SessionBase, target: str | None, silent: bool) -> None:
    """Add to the sign-in just begun where it leads, and how it was asked for."""
    newest = next(reversed(session[STATES]))
    session[STATES][newest] |= {"next": target, "silent": silent}
    session.modified = True


def is_known(session: SessionBase, state: str | None) -> bool:
    return state in session.get(STATES, {})


def locked(session: SessionBase) -> SessionBase:
    """The session as it is now, and as nobody else changes it before this transaction ends: where it lies in a row."""
    if hasattr(session, "model"):  # SQLite, which has no lock of a row, locks whole: see transaction_mode
        session.model.objects.select_for_update().filter(pk=session.session_key).first()
    return type(session)(session.session_key)


def consume(request: HttpRequest, state: str) -> dict:
    """The sign-in of that state, which from now on is unknown: it is saved before the slow part begins.

    Of several requests that bring the same state at once, one gets it. The session is then read anew, so as not to
    overwrite what other tabs change meanwhile. Raises ``SignInFailed``.
    """
    with transaction.atomic():
        session = locked(request.session)
        begun = session.get(STATES, {}).pop(state, None)
        if session.is_empty():
            raise SignInFailed("no_session_came_back", "the session ended while this page was asked for")
        if begun is None:
            raise SignInFailed("unknown_state", "the state was used a moment ago")
        session.save()
    request.session = type(session)(session.session_key)
    return {"next": None, "silent": False, **begun}  # the library alone, before this app came, noted neither
