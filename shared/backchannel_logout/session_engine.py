"""Django's session engine ``db``; but what belongs to a session follows it to a new key."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import transaction

from backchannel_logout.models import RelyingPartySession


class SessionStore(db.SessionStore):
    def cycle_key(self) -> None:
        """Also change the key in the rows that name it: it would look like the end of the session, otherwise.

        Raises ``SessionInterrupted`` if the session has ended meanwhile.
        """
        self.keys()  # loads the session: a key without a row becomes None
        before = self.session_key
        with transaction.atomic():
            if before and not self.exists(before):
                raise SessionInterrupted("The session was ended while this request was under way.")
            super().cycle_key()
            for model in (RelyingPartySession, UserSession):
                model.objects.filter(session_key=before).update(session_key=self.session_key)
