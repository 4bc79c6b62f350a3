"""What Identity costs when its tables have grown: CPU in a large database : CPU in a small one. And what it costs to
clear or to end many sessions at once.
"""

import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bench.client import Client, Line, expect_equal, new_question, site_a_of
from bench.figures import Figure, Part, Scale
from bench.grown import KEY, MANY, database_of, grown, more_expired, signed_in_once
from bench.rounds import Check, Side, Step, in_turns
from bench.served import Commands, Running, Served, environment_of, host_of, prepare, serve
from tests.backchannel_logout.receiver import Receiver
from tests.browser.person import resolve_to_loopback
from tests.processes import Lab, copy_database

SIGNING_OUT = "signing out, when tokens and sessions have grown"
REPLAYED = "a replayed code, the same"
TABLE = "the page of the session table, the same"
LOOKING = "the worker's looks, when RP sessions have grown"
LISTED = "/sessions/ of somebody with 1,000 sessions : with 5"
SIGNING_IN = "signing in by the form, the same two"
CLEARING = "clearsessions of expired rows, with the recorder : without"
ENDING = "SQL statements to end a person's 1,000 sessions at a site : 10"
LIMITS = {
    SIGNING_OUT: 1.2,
    REPLAYED: 1.2,
    TABLE: 1.2,
    LOOKING: 1.2,
    LISTED: 2.0,
    SIGNING_IN: 2.0,
    CLEARING: 1.3,
    ENDING: 2.0,
}
SMALL, LARGE = "small", "large"
SMALL_ROWS, SMALL_LIVE = 1_000, 1_000
TIMES = 6  # of what is quick, in a round
CSRF = "c" * 32

START_OF_WORKER = 5  # seconds, with its first look
CLEARINGS = 2
END_ALL = """
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.contrib.sessions.backends.db import SessionStore
from relying_party.models import KnownSession
from relying_party.session_index import end
for number in {sizes}:
    for _ in range(number):
        session = SessionStore()
        session["language"] = "fr"
        session.create()
        KnownSession.objects.create(session_key=session.session_key, sid=session.session_key, person="oidc:bench")
    with CaptureQueriesContext(connection) as statements:
        assert end("", "oidc:bench", SessionStore) == number
    print(len(statements))
"""


def sign_out(line: Line, key: str) -> None:
    form = {"csrfmiddlewaretoken": CSRF}
    line.ask(302, "/accounts/logout/", form, Cookie=f"identity_session={key}; identity_csrftoken={CSRF}")


def sign_in(line: Line, name: str) -> Check:
    """By the form. The check signs out again: who has a few sessions would soon have more."""
    form = {"login": name, "password": name, "csrfmiddlewaretoken": CSRF}
    answer = line.ask(302, "/accounts/login/", form, Cookie=f"identity_csrftoken={CSRF}")
    (key,) = re.findall("identity_session=(\\w+)", str(answer.headers))
    return partial(sign_out, line, key)


def look(line: Line, path: str, cookie: str, shows: bytes) -> None:
    answer = line.ask(200, path, Cookie=cookie)
    expect_equal(path, shows in answer.body, True)


def used_codes(client: Client, cookie: str, number: int) -> list[dict[str, str]]:
    """What has redeemed that many codes."""
    browser, back, used = client.registration.line(Cookie=cookie), client.registration.line(), []
    for _ in range(number):
        question = new_question()
        used.append(client.redemption(client.code_for(question, browser), question.verifier))
        back.ask(200, client.provider["token_endpoint"], used[-1])
    return used


def replay(client: Client, line: Line, used: list[dict[str, str]]) -> None:
    line.ask(400, client.provider["token_endpoint"], used.pop())


@dataclass(frozen=True)
class Identity:
    """One that is asked by a client and by people, whose cookies it knows; for what is used up, so often."""

    server: Served
    client: Client
    cookies: dict[str, str]
    times: int

    def line(self) -> Line:
        return self.client.registration.line()


def signing_out(identity: Identity) -> Step:
    line, keys = identity.line(), [KEY.format(number) for number in range(1, identity.times + 1)]
    return lambda: sign_out(line, keys.pop())


def replaying(identity: Identity) -> Step:
    used = used_codes(identity.client, identity.cookies["crowd"], identity.times)
    return partial(replay, identity.client, identity.line(), used)


def looking_at_table(identity: Identity) -> Step:
    return partial(look, identity.line(), "/session/", identity.cookies["few"], b"django_session")


def listing(identity: Identity, name: str) -> Step:
    return partial(look, identity.line(), "/sessions/", identity.cookies[name], b"This browser")


def signing_in(identity: Identity, name: str) -> Step:
    return partial(sign_in, identity.line(), name)


WHEN_GROWN = {SIGNING_OUT: signing_out, REPLAYED: replaying, TABLE: looking_at_table}
OF_A_PERSON = {LISTED: listing, SIGNING_IN: signing_in}


def figures(scale: Scale) -> Iterator[Figure]:
    with (
        TemporaryDirectory(prefix="lab-bench-") as folder,
        pytest.MonkeyPatch.context() as patch,
        closing(Receiver()) as receiver,
    ):
        template = Lab(Path(folder) / "template")
        resolve_to_loopback(patch, template.domain)
        cookies = signed_in_once(template, receiver.origin)
        supply = TIMES * (scale.rounds + 1)
        labs = {
            SMALL: grown(template, Path(folder) / SMALL, SMALL_ROWS, SMALL_LIVE, supply),
            LARGE: grown(template, Path(folder) / LARGE, scale.rows, scale.live, supply),
        }
        yield from of_requests(labs, cookies, scale.rounds)
        expect_equal(
            "logout tokens", len(receiver.got), len(labs) * supply
        )  # whoever was signed out had been signed in
        yield of_worker(labs, scale.seconds)
        yield of_clearing(template, Path(folder), scale.expired)
        yield of_ending(template)


def of_requests(labs: dict[str, Lab], cookies: dict[str, str], rounds: int) -> Iterator[Figure]:
    with ExitStack() as stack:
        identities = {}
        for n, (size, lab) in enumerate(labs.items(), start=5):
            server = stack.enter_context(serve(lab, "identity", lab.port + n))
            server.wait(host_of(lab, "identity"))
            client = Client(site_a_of(lab, server.port))
            identities[size] = Identity(server, client, cookies, TIMES * (rounds + 1))
        for what, step in WHEN_GROWN.items():
            sides = [Side(size, [one.server], [step(one)], TIMES) for size, one in identities.items()]
            yield in_turns(sides, rounds).figure(what, LIMITS[what], LARGE, SMALL)
        one = identities[SMALL]
        for what, step_of in OF_A_PERSON.items():
            sides = [Side(name, [one.server], [step_of(one, name)], 1) for name in ("few", "many")]
            yield in_turns(sides, rounds).figure(what, LIMITS[what], "many", "few")


def of_worker(labs: dict[str, Lab], seconds: int) -> Figure:
    """What it uses in a second in which nothing happens."""
    command = [sys.executable, "identity/manage.py", "deliver_logout_tokens"]
    with ExitStack() as stack:
        workers = {
            size: stack.enter_context(Running(command, environment_of(lab), lab.state / "worker.log"))
            for size, lab in labs.items()
        }
        time.sleep(START_OF_WORKER)
        sides = [Side(size, [worker], [partial(time.sleep, 1)], 1) for size, worker in workers.items()]
        return in_turns(sides, seconds // 2).figure(LOOKING, LIMITS[LOOKING], LARGE, SMALL)


def of_clearing(template: Lab, folder: Path, expired: int) -> Figure:
    """Of the whole command, with a start of Django. Each time, the rows are there again."""
    sides = []
    for name, recorder in (("with", "on"), ("without", "off")):
        lab = Lab(folder / name, template.port)
        lab.settings = {"LAB_RECORDER": recorder}
        shutil.copytree(template.state / "var", lab.state / "var")
        with closing(sqlite3.connect(database_of(lab, "identity"))) as database, database:
            more_expired(database, expired)
        full = lab.state / "full.sqlite3"
        shutil.copy(database_of(lab, "identity"), full)
        sides.append(Side(name, [Commands()], [partial(clear, lab, full)], 1))
    return in_turns(sides, CLEARINGS).figure(CLEARING, LIMITS[CLEARING], "with", "without")


def clear(lab: Lab, full: Path) -> None:
    copy_database(full, database_of(lab, "identity"))
    lab.manage("identity", "clearsessions")
    with closing(sqlite3.connect(database_of(lab, "identity"))) as database:
        (left,) = database.execute("SELECT count(*) FROM django_session WHERE expire_date < '2026-02-01'").fetchone()
    expect_equal("expired rows", left, 0)


def of_ending(lab: Lab) -> Figure:
    prepare(lab, "site_a")
    few, many = map(int, lab.manage("site_a", "shell", "--verbosity=0", "-c", END_ALL.format(sizes=(10, MANY))).split())
    return Figure(
        ENDING, "times", many / few, LIMITS[ENDING], (Part("many", many, "statements"), Part("few", few, "statements"))
    )
