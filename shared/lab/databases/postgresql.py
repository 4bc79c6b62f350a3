"""A PostgreSQL database for each server, and a role that can connect to no other of them.

Made at the start by the role of ``LAB_DATABASE_URL``, which owns nothing that is in them. Their names begin with what
this state folder has drawn for itself, since others may use the same PostgreSQL server.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.db import transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal

from lab import runs
from lab.database_url import FORM, URL
from lab.databases import sqlite
from lab.runs import Run
from lab.state import secret

CONNECTIONS = 8  # of one process at the most: PostgreSQL has 100 by default, for all
START = 60  # seconds in which PostgreSQL may start at the same time as the lab
WAIT = 5  # seconds for a connection and for a lock: sooner than a site, which waits ten for Identity, gives up
LONGEST = 30  # seconds of a statement, and of a transaction in which nothing is asked
# In what it, or the system, says while it starts, or mends itself after a kill: libpq has no numbers for that.
NOT_YET = ("onnection refused", "the database system is ")

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},  # of all its processes
    "memory": sqlite.CACHES["memory"],
}


def administrator() -> dict[str, Any]:
    """How one connects as the role of the variable. Ends the process with one line if it says that in no form."""
    try:
        return conninfo_to_dict(URL)
    except psycopg.ProgrammingError:  # its words repeat the value, in which a password may stand
        raise SystemExit(f"LAB_DATABASE_URL must have the form {FORM}.") from None


def server() -> dict[str, Any]:
    """Where all their roles connect to: what is neither role nor database of the one of the variable."""
    return {name: value for name, value in administrator().items() if name not in ("user", "password", "dbname")}


def role_of(name: str) -> str:
    """Of a server of the lab, or of the journal; its usual database has the same name."""
    return f"lab_{secret('database_names')[:8]}_{name}"


def password_of(name: str) -> str:
    return secret(f"{name}.database_password")


def database_of(name: str, run: Run) -> str:
    return role_of(name) if run.is_usual else f"{role_of(name)}_run{run.number}"


def fresh_database_of(name: str) -> str:
    """What a server has before anybody comes: each run begins with a copy, which is quicker than to make it."""
    return f"{role_of(name)}_fresh"


def settings_of(name: str, run: Run) -> dict[str, Any]:
    where = server()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_of(name, run),
        "USER": role_of(name),
        "PASSWORD": password_of(name),
        "HOST": where.pop("host", ""),
        "PORT": where.pop("port", ""),
        "CONN_HEALTH_CHECKS": True,  # PostgreSQL may have been started again
        "OPTIONS": {
            "connect_timeout": WAIT,
            "pool": {"min_size": 1, "max_size": CONNECTIONS, "timeout": WAIT},
            "options": f"-c lock_timeout={WAIT}s -c statement_timeout={LONGEST}s"
            f" -c idle_in_transaction_session_timeout={LONGEST}s",
            **where,
        },
    }


def journal() -> str:
    """Its own database, into which all servers write as one role."""
    name = role_of("journal")
    return f"postgresql://{name}:{quote(password_of('journal'))}@/{name}?{urlencode(server())}"


@contextmanager
def as_administrator() -> Iterator[psycopg.Connection]:
    """Waits for a server that starts just now. Ends the process with one line if it does not let us in."""
    deadline = time.monotonic() + START
    while True:
        try:
            connection = psycopg.connect(URL, autocommit=True, connect_timeout=WAIT)
            break
        except psycopg.OperationalError as error:
            said = str(error).splitlines()[0]
            if time.monotonic() > deadline or not any(words in said for words in NOT_YET):
                raise SystemExit(f"PostgreSQL cannot be used (LAB_DATABASE_URL): {said}") from None
        time.sleep(0.2)
    with connection:
        yield connection


@contextmanager
def one_to_prepare(connection: DatabaseWrapper) -> Iterator[None]:
    """Processes that prepare that database take turns, also on several machines."""
    with taking_turns(connection.settings_dict["USER"]):
        yield


@contextmanager
def taking_turns(role: str) -> Iterator[psycopg.Connection]:
    with as_administrator() as administrator:
        administrator.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [role])  # until it is closed
        yield administrator


def make(connection: DatabaseWrapper) -> None:
    """The role and the database, where there is none: a copy of the fresh one, if that is there."""
    said = connection.settings_dict
    with as_administrator() as administrator:
        make_role(administrator, said["USER"], said["PASSWORD"])
        make_database(administrator, said["NAME"], said["USER"], fresh=f"{said['USER']}_fresh")
        forget_runs(administrator, said["USER"])


@contextmanager
def whole(connection: DatabaseWrapper) -> Iterator[None]:
    """Migrations are applied all or none: one by one, Django notes most of them only after what they did has lasted."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose rows are still to be checked cannot be changed
        yield


def size_of(connection: DatabaseWrapper) -> int:
    """On the disk, in bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0]


def close(connection: DatabaseWrapper) -> None:
    """With all that others of this process have left open."""
    connection.close()
    connection.close_pool()


def make_journal() -> None:
    name = role_of("journal")
    with taking_turns(name) as administrator:
        make_role(administrator, name, password_of("journal"))
        make_database(administrator, name, name)


def make_role(administrator: psycopg.Connection, name: str, password: str) -> None:
    """With that password, also where it had another. It may do nothing but connect."""
    there = administrator.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    how = SQL("ALTER") if there else SQL("CREATE")
    administrator.execute(SQL("{} ROLE {} LOGIN PASSWORD {}").format(how, Identifier(name), Literal(password)))
    # Who makes a database for another role must be a member of it. Each time: who made the role may have been killed.
    administrator.execute(SQL("GRANT {} TO CURRENT_USER").format(Identifier(name)))


def make_database(administrator: psycopg.Connection, name: str, owner: str, fresh: str = "") -> None:
    # A lock of this connection: where this process is killed, PostgreSQL goes on making it, and the next one waits.
    administrator.execute("SELECT pg_advisory_lock(hashtextextended(%s, 1))", [name])
    if not exists(administrator, name):
        template = SQL("TEMPLATE {}").format(Identifier(fresh)) if fresh and exists(administrator, fresh) else SQL("")
        create = SQL("CREATE DATABASE {} OWNER {} {}").format(Identifier(name), Identifier(owner), template)
        administrator.execute(create)
    # By default, every role may connect to every database.
    administrator.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(name)))


def exists(administrator: psycopg.Connection, name: str) -> bool:
    return administrator.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def keep_for_later_runs(connection: DatabaseWrapper, name: str, run: Run) -> None:
    """A copy, with which those runs begin. To copy a database, nobody may be connected to it."""
    own, role, fresh = database_of(name, run), role_of(name), fresh_database_of(name)
    if connection.settings_dict["NAME"] != own:
        return
    close(connection)
    with as_administrator() as administrator:
        make_database(administrator, fresh, role, fresh=own)


def forget_runs(administrator: psycopg.Connection, role: str) -> None:
    """Those databases whose runs are forgotten."""
    for name in names_like(administrator, f"{role}_run"):
        number = name.removeprefix(f"{role}_run")
        if number.isdecimal() and int(number) <= runs.current().number - runs.KEPT:
            drop(administrator, name)


def names_like(administrator: psycopg.Connection, beginning: str) -> list[str]:
    found = administrator.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beginning])
    return [name for (name,) in found]


def drop(administrator: psycopg.Connection, name: str) -> None:
    """Also while somebody is connected to it."""
    administrator.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def remove_all() -> None:
    """What the lab with this state folder has made there, and nothing else."""
    beginning = role_of("")
    with as_administrator() as administrator:
        for name in names_like(administrator, beginning):
            drop(administrator, name)
        roles = administrator.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [beginning])
        for (name,) in roles.fetchall():
            administrator.execute(SQL("DROP ROLE {}").format(Identifier(name)))
