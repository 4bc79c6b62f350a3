"""The files in ``secrets/``, and whether Identity has registered the same ones. Makes none: the next start does."""

import hashlib
import shlex
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from lab import runs
from lab.doctor.finding import Finding
from lab.doctor.read_only import rows_of
from lab.doctor.state_folder import BY_OTHERS, mode_of
from lab.secret_faults import fault_of_secret
from lab.servers import IDENTITY, INSPECTOR, SERVERS, SITES, Server, client_id_of
from lab.state import fingerprint_key_path, in_terminal, secret_path

SIGNING_KEYS = "identity.signing_keys.json"
REGISTERED = "SELECT secret FROM allauth_idp_oidc_client WHERE id = ?"
WITHOUT_PKCE = "SELECT client_id FROM identity_registration WHERE may_omit_pkce ORDER BY client_id"
START = in_terminal("make run")


def client_secret_of(site: Server) -> str:
    return f"{site.name}.client_secret"


# By the name of each file the server whose first start makes it.
MADE_BY = {
    **{f"{server.name}.secret_key": server for server in (*SERVERS, INSPECTOR)},
    **{client_secret_of(site): IDENTITY for site in SITES},
    SIGNING_KEYS: IDENTITY,
}


def check_secrets() -> Iterator[Finding]:
    for name, server in MADE_BY.items():
        path = secret_path(name)
        if path.exists():
            yield from findings_of_file(path)
        elif database_of(server).exists():
            yield Finding(
                f"The secret {path} is gone.",
                "Servers that run go on with the one that is gone, and the next start makes another one.",
                START,
            )
    if fingerprint_key_path().exists():
        yield from findings_of_file(fingerprint_key_path())


def findings_of_file(path: Path) -> Iterator[Finding]:
    quoted = shlex.quote(str(path))
    if mode_of(path) & BY_OTHERS:
        yield Finding(
            f"Others may read or write {path}.",
            "Whoever knows a secret can do what only its owner should.",
            f"chmod 600 {quoted}",
        )
    if fault := fault_of_secret(path):
        yield Finding(
            f"The secret {path} {fault}.",
            "A short secret can be guessed, and another one is refused. Without the file, the next start makes one.",
            f"rm -r {quoted} && {START}",
        )


def check_clients() -> Iterator[Finding]:
    for site in SITES:
        path = secret_path(client_secret_of(site))
        if path.exists() and database_of(IDENTITY).exists() and (fault := fault_of_client(site, path.read_bytes())):
            yield Finding(
                fault,
                f"Identity refuses the code that {site.title} brings, so nobody can sign in there.",
                START,
            )
    for client_id in clients_without_pkce():
        yield Finding(
            f"Identity lets the client {client_id} omit PKCE.",
            "Whoever steals one of its codes can let another browser bring it to that client.",
            f".venv/bin/python identity/manage.py clients change --pkce {shlex.quote(client_id)}",
        )


def clients_without_pkce() -> list[str]:
    """Those that are registered so. None if the database cannot be read, which another check says."""
    if not database_of(IDENTITY).exists():
        return []
    try:
        return [client_id for (client_id,) in rows_of(database_of(IDENTITY), WITHOUT_PKCE)]
    except sqlite3.DatabaseError:
        return []


def fault_of_client(site: Server, secret: bytes) -> str:
    """What differs from what Identity has registered. Empty if nothing does, and if the database cannot be read, which
    another check says."""
    try:
        registered = rows_of(database_of(IDENTITY), REGISTERED, client_id_of(site))
    except sqlite3.DatabaseError:
        return ""
    if not registered:
        return f"Identity has no client {client_id_of(site)}."
    # As identity.provider.hashers keeps it; the lab imports no project.
    if registered != [(f"sha256_of_random${hashlib.sha256(secret).hexdigest()}",)]:
        return f"The secret of {site.title} is not the one that Identity has registered."
    return ""


def database_of(server: Server) -> Path:
    return runs.database_of(server.name, runs.current())
