"""Why a server did not accept the user whom a session's row names. Asked only where that is so."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from session_inspector.journal.schema import Refusal
from session_inspector.recorder.session_snapshot import Row


def refusal_of(request: HttpRequest, before: Row) -> Refusal | None:
    """None where the row names nobody or is past its date, or the view did not ask, or the user was accepted."""
    found = vars(request).get("_cached_user") or vars(request).get("_acached_user")  # that of an asynchronous view
    named = before.data.get(SESSION_KEY)
    is_past = before.expires is not None and before.expires <= timezone.now()
    if found is None or found.is_authenticated or not named or is_past:
        return None
    if before.data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return Refusal.BACKEND
    users = get_user_model()._base_manager
    user = users.filter(pk=get_user_model()._meta.pk.to_python(named)).first()
    if user is None:
        return Refusal.GONE
    if not user.is_active:
        return Refusal.DISABLED
    return Refusal.BACKEND if hash_fits(user, before.data.get(HASH_SESSION_KEY, "")) else Refusal.HASH


def hash_fits(user: AbstractBaseUser, kept: str) -> bool:
    """Django compares it at each request that asks who somebody is."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(kept, one) for one in hashes)
