"""Entries as the recorder writes them, in short."""

from datetime import UTC, datetime, timedelta

from lab import servers
from session_inspector.journal import queries
from session_inspector.journal.participants import announce, participant_named
from session_inspector.journal.schema import (
    Address,
    BackChannelCall,
    CheckedToken,
    Cookie,
    Entry,
    Exchange,
    Masked,
    Person,
    SessionChange,
    SessionRow,
    SetCookie,
    Withheld,
)
from session_inspector.participant import Participant

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NOW = START + timedelta(minutes=1)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36"
ALICE = Person("1", "alice")
NOBODY = Person("", "")
IDENTITY = servers.IDENTITY.origin
PASSWORD = (("login", Masked("al", "0" * 16)), ("password", Withheld()))
KNOWN = {"_auth_user_id": "1"}

# What makes of an entry one that no recorder of this version writes.
ODD = [
    {"content": {}},
    {"content": []},
    {"content": "x"},
    {"server": "site_c"},
    {"content": {"channel": "front", "path": 7}},
    {"kind": "session change"},
    {"kind": "thought"},
]


def take_part():
    """The servers of the lab have begun, as each says it of itself."""
    for server in servers.SERVERS:
        is_provider = server is servers.IDENTITY
        announce(
            Participant(
                server.name,
                server.origin,
                server.title,
                server.role,
                server.what,
                server.letter,
                server.colour,
                session_cookie=f"{server.name}_session",
                csrf_cookie=f"{server.name}_csrftoken",
                engine="db",
                endpoints=OF_PROVIDER if is_provider else OF_SITE,
            )
        )


OF_PROVIDER = {
    "sign_in": "/accounts/login/",
    "authorize": "/identity/o/authorize",
    "token": "/identity/o/api/token",
    "userinfo": "/identity/o/api/userinfo",
    "jwks": "/.well-known/jwks.json",
}
OF_SITE = {
    "authenticate": "/oidc/authenticate/",
    "callback": "/oidc/callback/",
    "backchannel_logout": "/oidc/backchannel-logout/",
}


def token(claims=(), passed=(), failed="", refused="", header=()):
    return CheckedToken(dict(header), dict(claims), tuple(passed), failed, refused)


def address(url, **query):
    return Address(url, tuple(query.items()))


def masked(value):
    return Masked(value[:6], f"{value:0>16}"[:16])


def cookie(name, value, server=""):
    role = {f"{server}_session": "session", f"{server}_csrftoken": "csrf"}.get(name, "")
    return Cookie(name, masked(value), role)


def told(name, value, server="", **attributes):
    """A cookie of a ``Set-Cookie``, with the attributes that Django gives a session cookie."""
    kept = {"path": "/", "httponly": "True", "samesite": "Lax", "max-age": "1209600"}
    return SetCookie(**vars(cookie(name, value, server)), attributes=kept | attributes)


def forgotten(name, server=""):
    return told(name, "", server, **{"max-age": "0"})


def row(key, hours=24, **data):
    return SessionRow(masked(key), data, START + timedelta(hours=hours))


def exchange(server="site_a", path="/", at=0.0, sends=(), tells=(), visitor="v1", agent=AGENT, **content):
    """An exchange, ``at`` seconds after ``START``; ``sends`` is ``{name: value}``, ``tells`` is made by ``told``."""
    marks = {name: content.pop(name, "") for name in ("journey", "jar")} | {
        "participant": content.pop("participant", 0)
    }
    record = {
        "channel": "front",
        "method": "GET",
        "path": path,
        "headers": {"Host": host_of(server), "User-Agent": agent},
        "cookies": tuple(cookie(name, value, server) for name, value in dict(sends).items()),
        "more_cookies": 0,
        "status": 200,
        "type": "text/html; charset=utf-8",
        "location": None,
        "set_cookies": tuple(tells),
        "before": None,
        "after": None,
        "user": None,
        "address": "127.0.0.1",
        "ms": 10.0,
        **content,
        "query": pairs(content, "query"),
        "form": pairs(content, "form"),
    }
    return saved(Entry(START + timedelta(seconds=at), server, Exchange(**record), visitor=visitor, **marks))


def host_of(server):
    known = participant_named(server)
    return known.netloc if known else f"{server}.localhost"


def call(server="site_a", path="/identity/o/api/token", at=0.0, visitor="v1", journey="j1", **content):
    """A call of that server to Identity, as it saw it."""
    record = {
        "to": servers.IDENTITY.netloc,
        "method": "GET",
        "path": path,
        "status": 200,
        "answer": {},
        "failure": "",
        "ms": 5.0,
        **content,
        "query": pairs(content, "query"),
        "form": pairs(content, "form"),
    }
    called = BackChannelCall(**record)
    return saved(Entry(START + timedelta(seconds=at), server, called, visitor=visitor, journey=journey))


def answered(path="/identity/o/api/token", at=0.0, journey="j1", **content):
    """The same call as Identity saw it."""
    return exchange("identity", path, at, journey=journey, channel="back", agent="python-requests", **content)


def pairs(content, name):
    return tuple(map(tuple, content.get(name, ())))


def change(what, key, server="site_a", at=0.0, visitor="v1", by="", **data):
    """A session change that is not of its own request; ``by`` is the path of the request in whose course it was."""
    record = SessionChange(what, row(key, **data), by, is_by_logout_token=by == OF_SITE["backchannel_logout"])
    entry = Entry(START + timedelta(seconds=at), server, record, visitor=visitor)
    entry.sent_key = masked(key).fingerprint
    entry.set_key = "" if what == "deleted" else entry.sent_key
    return saved(entry)


def saved(entry):
    cookies = entry.exchange.cookies if entry.is_exchange else ()
    key = next((one.value.fingerprint for one in cookies if one.role == "session"), "")
    entry.sent_key = entry.sent_key or key
    if entry.is_exchange and entry.exchange.after:
        entry.set_key = entry.exchange.after.key.fingerprint
    queries.add(entry)
    return entry


def begin_sign_in(site="site_a", at=0.0):
    """The site asks Identity who that is."""
    exchange(
        site, "/oidc/authenticate/", at, status=302, location=f"{IDENTITY}/identity/o/authorize",
        tells=[told(f"{site}_session", f"{site}0", site)], after=row(f"{site}0", oidc_states={}),
    )  # fmt: skip


def ask_for_password(at=1.0):
    """Identity shows its form to a stranger."""
    exchange("identity", "/identity/o/authorize", at, status=302, location="/accounts/login/")
    exchange("identity", "/accounts/login/", at + 0.1)


def give_password(at=2.0):
    """To Identity, which knows alice from then on."""
    exchange(
        "identity", "/accounts/login/", at, method="POST", form=PASSWORD, status=302, location="/identity/o/authorize",
        tells=[told("identity_session", "i1", "identity")], after=row("i1", **KNOWN), user=ALICE,
    )  # fmt: skip


def come_back(site="site_a", at=3.0):
    """Identity knows alice by its cookie, and then the site does, too."""
    port = {"site_a": 8001, "site_b": 8002}[site]
    exchange(
        "identity", "/identity/o/authorize", at, sends={"identity_session": "i1"}, before=row("i1", **KNOWN),
        after=row("i1", **KNOWN), user=ALICE, status=302,
        location=f"http://{site.replace('_', '-')}.localhost:{port}/oidc/callback/",
    )  # fmt: skip
    exchange(
        site, "/oidc/callback/", at + 0.1, sends={f"{site}_session": f"{site}0"}, status=302, location="/",
        before=row(f"{site}0", oidc_states={}), after=row(f"{site}1", **KNOWN), user=ALICE, journey="j1",
        tells=[told(f"{site}_session", f"{site}1", site)],
    )  # fmt: skip
