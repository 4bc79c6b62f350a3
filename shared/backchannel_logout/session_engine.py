"""Django's engine of this name, but for one thing: what belongs to a session follows it to a new key."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction

from backchannel_logout.models import RelyingPartySession


class SessionStore(db.SessionStore):
    def cycle_key(self) -> None:
        """Without this, a new key (a changed password brings one) would look like the end of the session."""
        self.keys()  # loads it: a key that finds no row is none
        before = self.session_key
        with transaction.atomic():
            if before and not self.exists(before):
                raise SessionInterrupted("The session was ended while this request was under way.")
            super().cycle_key()
            for kept in (RelyingPartySession, UserSession):
                kept.objects.filter(session_key=before).update(session_key=self.session_key)
