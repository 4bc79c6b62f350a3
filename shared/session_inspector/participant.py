"""Who takes part: a project whose recorder writes into the journal, as it says of itself."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

OPENID_PROVIDER = "OpenID Provider"
RELYING_PARTY = "Relying Party"
STRANGER = "does not record itself"


@dataclass(frozen=True)
class Participant:
    """One is told from another by ``name``, ``origin`` (scheme, host and port as browsers name them) and ``run``, which
    names what it was set up for; empty for what it is otherwise.

    ``title``, ``what`` it is, ``role``, ``letter`` and ``colour`` (a number of the palette; 0: any) are for the pages.
    ``session_cookie`` and ``csrf_cookie`` are names; ``attributes`` those of the session cookie. ``endpoints`` are
    paths, by what happens there. ``engine`` and ``place`` say where sessions are kept, and ``signed_with`` is a part of
    a fingerprint of the key that signs them; both are empty where an earlier version did not say. ``provider`` is the
    origin to which this one sends a browser to sign in, if it does.
    """

    name: str
    origin: str
    run: str = field(default="", kw_only=True)
    title: str = field(default="", compare=False)
    role: str = field(default="", compare=False)
    what: str = field(default="", compare=False)
    letter: str = field(default="", compare=False)
    colour: int = field(default=0, compare=False)
    session_cookie: str = field(default="", compare=False)
    csrf_cookie: str = field(default="", compare=False)
    attributes: dict[str, str] = field(default_factory=dict, compare=False)
    engine: str = field(default="", compare=False)
    endpoints: dict[str, str] = field(default_factory=dict, compare=False)
    place: str = field(default="", compare=False)
    signed_with: str = field(default="", compare=False)
    provider: str = field(default="", compare=False)

    @property
    def netloc(self) -> str:
        """Host and port, as a browser sends them in ``Host``."""
        return urlsplit(self.origin).netloc

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def where(self) -> str:
        """Its port, as one finds it in an address; its host, where the address names none."""
        port = urlsplit(self.origin).port
        return f":{port}" if port else self.host

    @property
    def is_stranger(self) -> bool:
        """Whether only others have recorded it: nothing is known of what happens there."""
        return self.role == STRANGER

    @property
    def capital(self) -> str:
        """Its title as a sentence begins with it: an address stays as it is."""
        return self.title if self.is_stranger else self.title[:1].upper() + self.title[1:]

    def endpoint_at(self, path: str) -> str:
        """What happens at that path: ``callback``, ``token``; empty where it is no endpoint."""
        return next((name for name, known in self.endpoints.items() if known == path), "")


def stranger(place: str) -> Participant:
    """Somebody whom others send something to, or get something from; all that one knows is host and port."""
    return Participant(place, f"http://{place}", title=place, role=STRANGER, letter="?")
