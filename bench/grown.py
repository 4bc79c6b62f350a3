"""Databases of Identity that have grown: the one place that knows its tables.

They have what one real sign-in each of a few people has left, and copies of it: people who sign out or have a few or
many sessions, and beside them a crowd, whose sessions have led to clients and whose tokens nobody has deleted.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bench.client import Client, cookies_of, sign_in_by_form, site_a_of
from bench.served import host_of, prepare, serve
from tests.browser.person import new_people
from tests.processes import Lab

FEW, MANY = 5, 1_000  # sessions of a person
SESSION = "django_session"
USER_SESSION = "usersessions_usersession"
RP_SESSION = "backchannel_logout_relyingpartysession"
TOKEN = "allauth_idp_oidc_token"
BINDING = "backchannel_logout_tokenbinding"
KEY = "{:032d}"  # of a session, by its number
KEY_OF_N = "printf('%032d', n)"
FIRST_ID = 1_000  # above those that the sign-ins have left
ID_OF_N = f"{FIRST_ID} + n"
PEOPLE = ("leaver", "few", "many", "crowd")


def database_of(lab: Lab, server: str) -> Path:
    return lab.state / "var" / f"{server}.sqlite3"


def signed_in_once(lab: Lab, receiver: str) -> dict[str, str]:
    """Let each of the people sign in at site A, which is told of ends at that origin; their cookies, by their names."""
    prepare(lab, "identity")
    people = new_people(lab, *((name, name) for name in PEOPLE))
    with closing(sqlite3.connect(database_of(lab, "identity"))) as database, database:
        uri = "json_set(data, '$.client_metadata.backchannel_logout_uri', ?)"
        database.execute(f"UPDATE allauth_idp_oidc_client SET data = {uri}", [f"{receiver}/"])
    cookies = {}
    with serve(lab, "identity") as server:
        server.wait(host_of(lab, "identity"))
        client = Client(site_a_of(lab, server.port))
        for person in people:
            sign_in_by_form(person)
            cookies[person.name] = cookies_of(person.session)
            line = client.registration.line
            check = client.sign_in(line(Cookie=cookies[person.name]), line())
            check()
    return cookies


def copies(database: sqlite3.Connection, table: str, rows: str, numbers: range, **columns: str) -> None:
    """Copies of those rows, one for each number, that differ in these columns: SQL that knows the number as ``n``."""
    all_names = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
    names = [name for name in all_names if name != "id" or name in columns]
    values = [columns.get(name, name) for name in names]
    database.execute(
        f"""WITH RECURSIVE numbers(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
        INSERT INTO {table} ({", ".join(names)}) SELECT {", ".join(values)}
        FROM numbers, (SELECT * FROM {table} WHERE {rows})""",
        [numbers[0], numbers[-1]],
    )


def more_sessions(database: sqlite3.Connection, name: str, numbers: range, led_to_client: int) -> None:
    """As many more sessions of that person as there are numbers, and as many access tokens.

    So many of the sessions led to a client, and the tokens are theirs in turns.
    """
    ((user, key),) = database.execute(
        f"SELECT user_id, session_key FROM {USER_SESSION} JOIN auth_user ON auth_user.id = user_id WHERE username = ?",
        [name],
    )
    own, tokens, first = f"session_key = '{key}'", f"user_id = {user} AND type = 'at'", numbers[0]
    copies(database, SESSION, own, numbers, session_key=KEY_OF_N)
    copies(database, USER_SESSION, own, numbers, session_key=KEY_OF_N)
    copies(database, RP_SESSION, own, numbers[:led_to_client], id=ID_OF_N, session_key=KEY_OF_N, sid="'sid' || n")
    data = "json_set(data, '$.grant_id', 'grant' || n)"
    copies(database, TOKEN, tokens, numbers, id=ID_OF_N, hash="hash || n", data=data)
    copies(
        database,
        BINDING,
        f"token_id = (SELECT id FROM {TOKEN} WHERE {tokens} ORDER BY id LIMIT 1)",
        numbers,
        token_id=ID_OF_N,
        rp_session_id=f"{FIRST_ID} + {first} + (n - {first}) % {led_to_client}",
    )


def grown(template: Lab, folder: Path, rows: int, live: int, signing_out: int) -> Lab:
    """A copy of that lab with so many rows of a crowd, and with sessions of the people who are looked at."""
    lab = Lab(folder, template.port)
    shutil.copytree(template.state / "var", folder / "var")
    with closing(sqlite3.connect(database_of(lab, "identity"))) as database, database:
        first = 1
        people = (
            ("leaver", signing_out, signing_out),
            ("few", FEW - 1, FEW - 1),
            ("many", MANY - 1, MANY - 1),
            ("crowd", rows, live),
        )
        for name, number, led_to_client in people:
            more_sessions(database, name, range(first, first + number), led_to_client)
            first += number
    return lab


def more_expired(database: sqlite3.Connection, number: int) -> None:
    copies(database, SESSION, "1 LIMIT 1", range(1, number + 1), session_key=KEY_OF_N, expire_date="'2026-01-01'")
