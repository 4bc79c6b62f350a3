"""The sign-ins that a session has begun and not finished: its ``oidc_states``, by ``state``.

mozilla-django-oidc keeps ``nonce``, ``code_verifier`` and ``added_on`` of each. This module adds where the person
wanted to go (with one target a session, two tabs would overwrite each other's) and whether they were asked silently.

A session is saved as a whole: of two sign-ins that begin in the same instant, the one that is saved first is lost, and
its state will be unknown.
"""

import time

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import connections, transaction
from django.http import HttpRequest

from relying_party.failures import SignInFailed

STATES = "oidc_states"


def drop_old(session: SessionBase) -> None:
    """Forget sign-ins that began too long ago. The library limits their number to ``OIDC_MAX_STATES``."""
    states = session.get(STATES, {})
    fresh = {state: begun for state, begun in states.items() if is_fresh(begun)}
    if fresh != states:
        session[STATES] = fresh


def is_fresh(begun: dict) -> bool:
    """Whether it began less than ``OIDC_STATE_LIVES`` ago; not in the far future, if the clock was set back."""
    return abs(time.time() - begun["added_on"]) < settings.OIDC_STATE_LIVES


def complete_newest(session: SessionBase, target: str | None, silent: bool) -> None:
    """Add to the newest sign-in where it leads, and whether it is silent."""
    newest = next(reversed(session[STATES]))
    session[STATES][newest] |= {"next": target, "silent": silent}
    session.modified = True


def is_known(session: SessionBase, state: str | None) -> bool:
    return state in session.get(STATES, {})


def locked(session: SessionBase) -> SessionBase:
    """The session as it is stored now. If it is a row, nobody else changes it before this transaction ends.

    SQLite has no row locks: there, ``transaction_mode`` IMMEDIATE locks the database.
    """
    if hasattr(session, "model"):
        rows = session.model.objects.select_for_update().filter(pk=session.session_key)
        if connections[rows.db].features.has_select_for_update:
            rows.first()
    return type(session)(session.session_key)


def consume(request: HttpRequest, state: str) -> dict:
    """Remove the sign-in of that state from the session and return it. The session is saved before anything slow.

    Of several simultaneous requests with the same state, one gets it. The session is then loaded again, so as not to
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
    return {"next": None, "silent": False, **begun}  # the library alone stores neither
