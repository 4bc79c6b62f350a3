"""Entries as the recorder writes them, in short."""

from datetime import UTC, datetime, timedelta

from session_inspector.journal import queries
from session_inspector.journal.schema import Entry, Kind

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NOW = START + timedelta(minutes=1)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36"
ALICE = {"id": "1", "name": "alice"}
NOBODY = {"id": None, "name": ""}
IDENTITY = "http://identity.localhost:8000"
PASSWORD = [["login", {"starts": "al", "fingerprint": "0" * 16}], ["password", {"withheld": True}]]
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


def masked(value):
    return {"starts": value[:6], "fingerprint": f"{value:0>16}"[:16]}


def cookie(name, value, server="", **attributes):
    owner = next((one for one in ("identity", "site_a", "site_b") if name.startswith(f"{one}_")), "")
    role = {f"{server}_session": "session", f"{server}_csrftoken": "csrf"}.get(name, "")
    described = {"name": name, "value": masked(value), "role": role, "owner": owner}
    return {**described, "attributes": attributes} if attributes else described


def told(name, value, server="", **attributes):
    """A cookie of a ``Set-Cookie``, with the attributes that Django gives a session cookie."""
    kept = {"path": "/", "httponly": "True", "samesite": "Lax", "max-age": "1209600"}
    return cookie(name, value, server, **(kept | attributes))


def forgotten(name, server=""):
    return told(name, "", server, **{"max-age": "0"})


def row(key, hours=24, **data):
    return {"key": masked(key), "data": data, "expires": (START + timedelta(hours=hours)).isoformat()}


def exchange(server="site_a", path="/", at=0.0, sends=(), tells=(), visitor="v1", agent=AGENT, **content):
    """An exchange, ``at`` seconds after ``START``; ``sends`` is ``{name: value}``, ``tells`` is made by ``told``."""
    entry = Entry(at=START + timedelta(seconds=at), server=server, kind=Kind.EXCHANGE, visitor=visitor)
    entry.journey = content.pop("journey", "")
    entry.content = {
        "channel": "front",
        "method": "GET",
        "path": path,
        "query": [],
        "form": [],
        "headers": {"Host": f"{server}.localhost", "User-Agent": agent},
        "cookies": [cookie(name, value, server) for name, value in dict(sends).items()],
        "more_cookies": 0,
        "status": 200,
        "type": "text/html; charset=utf-8",
        "location": None,
        "set_cookies": list(tells),
        "before": None,
        "after": None,
        "user": None,
        "address": "127.0.0.1",
        "ms": 10.0,
        **content,
    }
    return saved(entry)


def call(server="site_a", path="/identity/o/api/token", at=0.0, visitor="v1", journey="j1", **content):
    """A call of that server to Identity, as it saw it."""
    entry = Entry(at=START + timedelta(seconds=at), server=server, kind=Kind.EXCHANGE, visitor=visitor, journey=journey)
    entry.content = {
        "channel": "back",
        "to": "identity",
        "method": "GET",
        "path": path,
        "query": [],
        "form": [],
        "cookies": [],
        "more_cookies": 0,
        "status": 200,
        "answer": {},
        "failure": "",
        "ms": 5.0,
        **content,
    }
    return saved(entry)


def answered(path="/identity/o/api/token", at=0.0, journey="j1", **content):
    """The same call as Identity saw it."""
    return exchange("identity", path, at, journey=journey, channel="back", agent="python-requests", **content)


def change(what, key, server="site_a", at=0.0, visitor="v1", by="", **data):
    """A session change that is not of its own request; ``by`` is the path of the request in whose course it was."""
    entry = Entry(at=START + timedelta(seconds=at), server=server, kind=Kind.SESSION_CHANGE, visitor=visitor)
    entry.sent_key, entry.set_key = masked(key)["fingerprint"], "" if what == "deleted" else masked(key)["fingerprint"]
    entry.content = {"what": what, "row": row(key, **data), "by": by}
    return saved(entry)


def saved(entry):
    key = next(
        (one["value"]["fingerprint"] for one in entry.content.get("cookies", []) if one["role"] == "session"), ""
    )
    entry.sent_key = entry.sent_key or key
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
