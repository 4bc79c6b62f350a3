"""Django's session engine ``db``; but what belongs to a session follows it to a new key."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends import db
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from backchannel_logout.models import RelyingPartySession
from compiled_query import compiled


@compiled
def unexpired(session_key, now) -> QuerySet[Session, Session]:
    return Session.objects.filter(session_key=session_key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        """As Django does, with a query that is compiled once: each request has one."""
        found = unexpired.one(session_key=self.session_key, now=timezone.now()) if self.session_key else None
        if found is None:
            self._session_key = None
        return found

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
