"""Who takes part: a project whose recorder writes into the journal, as the pages show it. Needs no Django, so that
settings may import it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

OPENID_PROVIDER = "OpenID Provider"
RELYING_PARTY = "Relying Party"


@dataclass(frozen=True)
class Participant:
    """``name`` stands in the entries; ``title``, ``what`` it is, ``letter`` and ``colour`` (the end of a class name of
    the stylesheet) on the pages; ``origin`` is scheme, host and port as browsers name them."""

    name: str
    title: str
    role: str
    letter: str
    colour: str
    origin: str
    what: str = ""

    @property
    def netloc(self) -> str:
        """Host and port, as a browser sends them in ``Host``."""
        return urlsplit(self.origin).netloc

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.origin)
        return parts.port or (443 if parts.scheme == "https" else 80)
