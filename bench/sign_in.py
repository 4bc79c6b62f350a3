"""What a sign-in costs: CPU of the servers, beside the same sign-in at a provider that is known to be quick.

First the bench is the client: it keeps a session at the provider, asks there for a code (with PKCE), redeems it, asks
who that is and verifies the ID Token. Identity with and without somebody watching, the peer, and Django alone are asked
in turns. Then a browser that has a session at Identity, and at site B none, signs in there, up to the redirect to the
front page.

What the bench itself does is not counted, and every answer other than the expected one is an error. The client does
little between two requests, and looks into the ID Tokens after each round: on a machine of few cores it would take the
processor's caches away from what is measured, which then takes half as long again.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from bench import bare, peer
from bench.client import (
    Client,
    Line,
    Unexpected,
    cookies_of,
    expect,
    expect_equal,
    new_question,
    sign_in_by_form,
    site_a_of,
)
from bench.figures import Figure, Scale
from bench.recorder import PANEL, RECORDER
from bench.rounds import Side, Step, in_turns
from bench.served import host_of, prepare, serve
from tests.browser.person import Person, resolve_to_loopback
from tests.processes import Lab

AT_A_TIME = (1, 8)
THREADS = 1  # of each server, as node has: what two wait for each other is no sign-in
TIMES, SILENT = 96, 16  # sign-ins in a round
WARM_UP = 480  # before that, at each: node compiles what runs often
ALONE, LAB, PEER, SITE_B = "without recorder and panel", "as the lab runs it", "peer", "at site B"
BARE = "three requests in Django alone"
TO_PEER = {ALONE: 1.8, LAB: 2.5}
AT_SITE_B = "silent sign-in at site B, both servers : sign-in at the peer, 1 at a time"


def line_of(name: str, number: int) -> str:
    return f"sign-in at identity {name} : at the peer, {number} at a time"


LIMITS = {line_of(name, number): limit for number in AT_A_TIME for name, limit in TO_PEER.items()} | {
    AT_SITE_B: 7.5,  # which is 18 ms where the peer takes 2.4: machines are not all alike, so the ratio decides
}


def signed_in_at_identity(lab: Lab) -> requests.Session:
    """A browser that has a session there, and at the sites none."""
    person = Person(lab, "alice")
    sign_in_by_form(person)
    return person.session


def signed_in_at_peer(client: Client) -> requests.Session:
    browser = requests.Session()
    browser.trust_env = False
    peer.sign_in(browser, client.address_for(new_question()))
    return browser


def sign_in_silently(lab: Lab, browser: requests.Session) -> None:
    """At site B, where the browser is a stranger again, up to the redirect to where the person wanted to be."""
    forget_at_sites(lab, browser)
    address = f"{lab.origin('site_b')}/oidc/authenticate/?next=/"
    identity, callback = f"{lab.origin('identity')}/", f"{lab.origin('site_b')}/oidc/callback/?"
    for status, expected in ((302, identity), (303, callback), (302, "/")):
        response = expect(status, browser.get(address, allow_redirects=False))
        leads_to = response.headers["Location"]
        if not leads_to.startswith(expected):
            raise Unexpected(f"{urlsplit(address).path} leads to {leads_to}, not to {expected}")
        address = urljoin(address, leads_to)
    expect_equal("where it ends", leads_to, "/")
    expect_equal("a new session at site B", "site_b_session" in response.cookies, True)


def forget_at_sites(lab: Lab, browser: requests.Session) -> None:
    identity = urlsplit(lab.origin("identity")).hostname
    for domain in {cookie.domain for cookie in browser.cookies} - {identity}:
        browser.cookies.clear(domain)


def steps_of(client: Client, browsers: list[requests.Session]) -> list[Step]:
    line = client.registration.line
    return [partial(client.sign_in, line(Cookie=cookies_of(browser)), line()) for browser in browsers]


def check_was_recorded(lab: Lab, at_least: int) -> None:
    """What was not kept cost nothing. A few may still wait."""
    with sqlite3.connect(lab.state / "var" / "journal.sqlite3") as journal:
        (kept,) = journal.execute("SELECT count(*) FROM journal_entry WHERE journey != ''").fetchone()
    expect_equal("recorded", kept >= 0.99 * at_least, True)


def figures(scale: Scale) -> Iterator[Figure]:
    peer.install()
    with TemporaryDirectory(prefix="lab-bench-") as folder, pytest.MonkeyPatch.context() as patch:
        lab = Lab(Path(folder) / "lab")
        resolve_to_loopback(patch, lab.domain)
        prepare(lab, "identity", "site_b")
        with serve(lab, "identity") as identity:
            identity.wait(host_of(lab, "identity"))
            browsers = [signed_in_at_identity(lab) for _ in range(max(AT_A_TIME))]
        alone = Lab(Path(folder) / "alone", lab.port)
        shutil.copytree(lab.state / "var", alone.state / "var")
        yield from side_by_side(lab, alone, browsers, scale.rounds)


def side_by_side(lab: Lab, alone: Lab, browsers: list[requests.Session], rounds: int) -> Iterator[Figure]:
    """Of two labs that both know these browsers."""
    registration = peer.registration(lab.port + 6)
    with ExitStack() as stack:
        servers = {
            ALONE: stack.enter_context(serve(alone, "identity", lab.port + 5, f"{PANEL} {RECORDER}", THREADS)),
            LAB: stack.enter_context(serve(lab, "identity", threads=THREADS)),
            PEER: stack.enter_context(peer.start(lab.state / "peer.log", registration)),
            BARE: stack.enter_context(bare.start(lab.state / "bare", lab.port + 7, THREADS)),
            SITE_B: stack.enter_context(serve(lab, "site_b", threads=THREADS)),
        }
        steps = {}
        for name in TO_PEER:
            servers[name].wait(host_of(lab, "identity"))
            steps[name] = steps_of(Client(site_a_of(lab, servers[name].port)), browsers)
        servers[PEER].wait("peer", "/.well-known/openid-configuration")
        client = Client(registration)
        steps[PEER] = steps_of(client, [signed_in_at_peer(client) for _ in browsers])
        servers[BARE].wait("127.0.0.1", "/")
        steps[BARE] = [partial(bare.ask, Line("127.0.0.1", servers[BARE].port)) for _ in browsers]
        servers[SITE_B].wait(host_of(lab, "site_b"))
        silent = Side(SITE_B, [servers[LAB], servers[SITE_B]], [partial(sign_in_silently, lab, browsers[0])], SILENT)
        in_turns([Side(name, [servers[name]], its, WARM_UP) for name, its in steps.items()], rounds=0)
        for number in AT_A_TIME:
            # The peer keeps what was used last, and a session that rests for some rounds is lost.
            steps[PEER] = steps_of(client, [signed_in_at_peer(client) for _ in browsers])
            sides = [Side(name, [servers[name]], its[:number], TIMES) for name, its in steps.items()]
            spent = in_turns([*sides, silent] if number == 1 else sides, rounds)
            for name, limit in TO_PEER.items():
                figure = spent.figure(line_of(name, number), limit, name, PEER)
                yield replace(figure, parts=(*figure.parts, spent.typical(BARE)))
            if number == 1:
                yield spent.figure(AT_SITE_B, LIMITS[AT_SITE_B], SITE_B, PEER)
    check_was_recorded(lab, 3 * (WARM_UP + (rounds + 1) * len(AT_A_TIME) * TIMES))
