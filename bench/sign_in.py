"""What a sign-in costs: CPU at Identity of one by a confidential client, and at Identity and site B of a silent one.

First the bench is the client: it keeps a session at Identity, asks there for a code (with PKCE), redeems it, verifies
the ID Token and asks who that is. Three identities stand side by side and are asked in turns: as the lab runs it, with
nobody watching, and with what its library does by default to the client's secret and to its own key. Then a browser
that has a session at Identity, and at site B none, signs in there, up to the redirect to the front page.

What the bench itself does is not counted, and every answer other than the expected one is an error. The client does
little between two requests, and looks into the ID Tokens after each round: on a machine of few cores it would take the
processor's caches away from what is measured, which then takes half as long again. Takes about three minutes.
"""

import hashlib
import json
import sqlite3
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from secrets import token_urlsafe
from statistics import median
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import jwt
import pytest
import requests

from bench.recorder import PANEL, RECORDER
from bench.served import Served, memory
from tests.browser.person import Person, resolve_to_loopback
from tests.processes import SERVERS, Lab, free_ports
from trace_context import journey_of, traceparent

ROUNDS = 7
AT_A_TIME = (1, 8)
SILENT = 32  # sign-ins in a round
STARTS = 3
LIMIT = 15  # milliseconds at Identity, one at a time, with nobody watching
LIMIT_OF_DEFAULTS = 15 / 366  # the same as a part of what the libraries' defaults cost: machines are not all alike
MAX_SHOWN = 200  # characters of an unexpected answer that are shown
PREPARE = "from lab.launch.prepare import prepare; prepare()"
STRETCH = """
from allauth.idp.oidc.models import Client
client = Client.objects.get(pk="site-a")
client.set_secret({secret!r})
client.save()
"""

Check = Callable[[], None]
Step = Callable[[], Check | None]  # one sign-in; what is left to check is done when the CPU has been counted


@dataclass
class Variant:
    """An Identity to measure: its settings' changes, what is done to its rows, how many sign-ins make a round."""

    name: str
    environment: dict[str, str]
    sign_ins: int
    change: str = ""


LAB, ALONE, DEFAULTS = VARIANTS = (
    Variant("as the lab runs it", {}, 64),
    Variant("without recorder and panel", {"BENCH_WITHOUT": f"{PANEL} {RECORDER}"}, 64),
    Variant(
        "and the library’s two costly defaults",
        {"BENCH_WITHOUT": f"{PANEL} {RECORDER}", "BENCH_WITH": "bench.unkept_keys.UnkeptKeys"},
        8,
        STRETCH,
    ),
)


class Unexpected(Exception):
    """An answer that is not the expected one."""


def expect(status: int, response: requests.Response) -> requests.Response:
    expect_equal(urlsplit(response.url).path, response.status_code, status)
    return response


def expect_equal(what: str, value: object, expected: object) -> None:
    if value != expected:
        raise Unexpected(f"{what}: {value!r}, not {expected!r}")


class Line:
    """A connection that stays open."""

    def __init__(self, origin: str, **headers: str):
        self.netloc = urlsplit(origin).netloc
        self.connection = HTTPConnection("127.0.0.1", urlsplit(origin).port, timeout=60)
        self.headers = {"Host": self.netloc, **headers}

    def ask(self, status: int, address: str, form: dict[str, str] | None = None, **headers: str) -> tuple[str, bytes]:
        """``Location`` and body of the answer, whose status must be that one."""
        target = address.partition(self.netloc)[2]
        if form is None:
            self.connection.request("GET", target, headers=self.headers | headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            self.connection.request("POST", target, urlencode(form), self.headers | headers)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != status:
            raise Unexpected(f"{target[:40]}: {response.status}, not {status}: {body[:MAX_SHOWN]}")
        return response.headers.get("Location", ""), body


class Client:
    """Site A, as Identity knows it. The provider's metadata and keys are fetched once."""

    def __init__(self, lab: Lab):
        self.id = "site-a"
        self.redirect_uri = f"{lab.origin('site_a')}/oidc/callback/"
        self.secret = secret_of_site_a(lab)
        line = Line(lab.origin("identity"))
        self.provider = json.loads(line.ask(200, f"{lab.origin('identity')}/.well-known/openid-configuration")[1])
        self.keys = jwt.PyJWKSet.from_json(line.ask(200, self.provider["jwks_uri"])[1])

    def sign_in(self, browser: Line, back: Line) -> Check:
        """One sign-in, complete but for the check that it returns. Raises an exception where anything is not right."""
        state, nonce, verifier = token_urlsafe(), token_urlsafe(), token_urlsafe(48)
        code = self.authorize(browser, state, nonce, verifier)
        journey = {"traceparent": traceparent(journey_of(state))}  # as the sites do
        _, answer = back.ask(200, self.provider["token_endpoint"], self.redemption(code, verifier), **journey)
        tokens = json.loads(answer)
        bearer = {"Authorization": f"Bearer {tokens['access_token']}", **journey}
        _, userinfo = back.ask(200, self.provider["userinfo_endpoint"], **bearer)
        return partial(self.verify, tokens["id_token"], nonce, json.loads(userinfo)["sub"])

    def authorize(self, browser: Line, state: str, nonce: str, verifier: str) -> str:
        """The code that Identity sends back through the browser."""
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        question = {
            "response_type": "code",
            "scope": "openid profile email",
            "client_id": self.id,
            "redirect_uri": self.redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        answer, _ = browser.ask(302, f"{self.provider['authorization_endpoint']}?{urlencode(question)}")
        address, _, query = answer.partition("?")
        expect_equal("redirect", address, self.redirect_uri)
        parameters = parse_qs(query)
        expect_equal("state", parameters["state"], [state])
        expect_equal("iss", parameters.get("iss", [self.provider["issuer"]]), [self.provider["issuer"]])
        (code,) = parameters["code"]
        return code

    def redemption(self, code: str, verifier: str) -> dict[str, str]:
        return {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
            "client_id": self.id,
            "client_secret": self.secret,
        }

    def verify(self, id_token: str, nonce: str, subject: str) -> None:
        key = self.keys[jwt.get_unverified_header(id_token)["kid"]]
        required = {"require": ["exp", "iat", "sub"]}
        claims = jwt.decode(id_token, key, ["RS256"], required, audience=self.id, issuer=self.provider["issuer"])
        expect_equal("nonce", claims["nonce"], nonce)
        expect_equal("sub of userinfo", subject, claims["sub"])


def secret_of_site_a(lab: Lab) -> str:
    return (lab.state / "var" / "secrets" / "site_a.client_secret").read_text()


def signed_in_at_identity(lab: Lab) -> requests.Session:
    """A browser that has a session there, by its form, and at the sites none."""
    person = Person(lab, "alice")
    page = expect(200, person.get(f"{lab.origin('identity')}/accounts/login/"))
    expect(302, person.send_form(page, login="alice", password="alice"))
    return person.session


def sign_in_silently(lab: Lab, browser: requests.Session) -> None:
    """At site B, where the browser is a stranger again, up to the redirect to where the person wanted to be."""
    forget_at_sites(lab, browser)
    address = f"{lab.origin('site_b')}/oidc/authenticate/?next=/"
    for expected in (f"{lab.origin('identity')}/", f"{lab.origin('site_b')}/oidc/callback/?", "/"):
        response = expect(302, browser.get(address, allow_redirects=False))
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


def serve(lab: Lab, server: str, environment: dict[str, str]) -> Served:
    """That server of the lab, not yet answering."""
    its_own = {name: value for name, value in lab.environment.items() if name.startswith("LAB_")}
    its_own["BENCH_SETTINGS"] = f"{server}.settings"
    port = lab.port + SERVERS[server]
    return Served("bench.settings", port, {**its_own, **environment}, threads=max(AT_A_TIME))


def wait_for(served: Served, lab: Lab, server: str, path: str = "/") -> None:
    served.wait(urlsplit(lab.origin(server)).netloc, path)


def spent_in_a_round(servers: list[Served], steps: list[Step], times: int, errors: Counter) -> list[float]:
    """Milliseconds of CPU per sign-in at each of the servers, for so many; each of the ``steps`` has a thread."""
    before = [server.cpu() for server in servers]
    with ThreadPoolExecutor(len(steps)) as pool:
        left = list(pool.map(lambda step: noting_errors([step] * (times // len(steps)), errors), steps))
    spent = [(server.cpu() - then) / times * 1000 for server, then in zip(servers, before, strict=True)]
    noting_errors([check for checks in left for check in checks if check], errors)
    return spent


def noting_errors(calls: list[Callable], errors: Counter) -> list:
    """What they return, one after the other; ``errors`` counts what went wrong."""
    returned = []
    for call in calls:
        try:
            returned.append(call())
        except Exception as error:
            errors[f"{type(error).__name__}: {error}"] += 1
    return returned


def steps_of_client(lab: Lab) -> list[Step]:
    client, identity = Client(lab), lab.origin("identity")
    return [partial(client.sign_in, line_of_a_browser(lab), Line(identity)) for _ in range(max(AT_A_TIME))]


def line_of_a_browser(lab: Lab) -> Line:
    """One that has a session at Identity."""
    cookies = signed_in_at_identity(lab).cookies
    return Line(lab.origin("identity"), Cookie="; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies))


def measure_client(labs: list[Lab], errors: Counter) -> None:
    """Ask the three identities in turns, and print the table."""
    with ExitStack() as stack:
        identities = []
        for variant, lab in zip(VARIANTS, labs, strict=True):
            identities.append(serve(lab, "identity", variant.environment))
            stack.callback(identities[-1].stop)
        for served, lab in zip(identities, labs, strict=True):
            wait_for(served, lab, "identity")
        steps = [steps_of_client(lab) for lab in labs]
        spent = {(variant.name, number): [] for variant in VARIANTS for number in AT_A_TIME}
        for n in range(ROUNDS + 1):
            for number in AT_A_TIME:
                for variant, served, its_steps in zip(VARIANTS, identities, steps, strict=True):
                    (value,) = spent_in_a_round([served], its_steps[:number], variant.sign_ins, errors)
                    if n:  # the first round warms up
                        spent[variant.name, number].append(value)
    check_was_recorded(labs[0], 3 * (ROUNDS + 1) * len(AT_A_TIME) * LAB.sign_ins)
    print_client(spent)


def check_was_recorded(lab: Lab, exchanges: int) -> None:
    """What was not kept cost nothing. A few may still wait."""
    with sqlite3.connect(lab.state / "var" / "journal.sqlite3") as journal:
        (kept,) = journal.execute("SELECT count(*) FROM journal_entry WHERE journey != ''").fetchone()
    assert exchanges * 0.99 <= kept <= exchanges, (kept, exchanges)


def print_client(spent: dict[tuple[str, int], list[float]]) -> None:
    print(
        "ms of CPU at Identity per sign-in by a client" + "".join(f"{f'{n} at a time':>15}   ratio" for n in AT_A_TIME)
    )
    for variant in VARIANTS:
        print(f"{variant.name:45}", end="")
        for number in AT_A_TIME:
            values, base = spent[variant.name, number], spent[ALONE.name, number]
            ratio = median(one / other for one, other in zip(values, base, strict=True))
            print(f"{median(values):15.1f}{ratio:8.2f}", end="")
        print()
    typical = median(spent[ALONE.name, 1])
    part = median(one / other for one, other in zip(spent[ALONE.name, 1], spent[DEFAULTS.name, 1], strict=True))
    print(f"{ALONE.name}, 1 at a time: {typical:.1f} ms, limit {LIMIT} {verdict(typical, LIMIT)}", end="; ")
    print(f"{part:.3f} of the defaults, limit {LIMIT_OF_DEFAULTS:.3f} {verdict(part, LIMIT_OF_DEFAULTS)}", flush=True)


def verdict(value: float, limit: float) -> str:
    return "kept" if value <= limit else "exceeded"


def measure_silent(lab: Lab, errors: Counter) -> None:
    """Start Identity and site B a few times, let browsers sign in silently, and print all that came of it."""
    names = ("identity", "site_b")
    starts: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(STARTS):
        for name in names:
            served, seconds = started(lab, name)
            starts[name].append(seconds)
            served.stop()
    with ExitStack() as stack:
        servers = []
        for name in names:
            servers.append(started(lab, name)[0])
            stack.callback(servers[-1].stop)
        browsers = [signed_in_at_identity(lab) for _ in range(max(AT_A_TIME))]
        steps = [lambda browser=browser: sign_in_silently(lab, browser) for browser in browsers]
        spent: dict[int, list[list[float]]] = {number: [] for number in AT_A_TIME}
        for n in range(ROUNDS + 1):
            for number in AT_A_TIME:
                values = spent_in_a_round(servers, steps[:number], SILENT, errors)
                if n:  # the first round warms up
                    spent[number].append([*values, sum(values)])
        megabytes = [memory(served.process.pid) for served in servers]
    print_silent(names, spent)
    print(f"\n{'':45}{'MB of memory':>15}{'s to answer':>15}")
    for name, used in zip(names, megabytes, strict=True):
        print(f"{name:45}{used:15.1f}{median(starts[name]):15.2f}")


def started(lab: Lab, server: str) -> tuple[Served, float]:
    """The server, and the seconds until its front page was there."""
    begin = time.perf_counter()
    served = serve(lab, server, {})
    wait_for(served, lab, server)
    return served, time.perf_counter() - begin


def print_silent(names: tuple[str, ...], spent: dict[int, list[list[float]]]) -> None:
    print("\nms of CPU per silent sign-in at site B       " + "".join(f"{f'{n} at a time':>15}" for n in spent))
    for n, name in enumerate([*names, "together"]):
        print(f"{name:45}" + "".join(f"{median(one[n] for one in rounds):15.1f}" for rounds in spent.values()))


def prepared(folder: Path, port: int) -> Lab:
    lab = Lab(folder, port)
    for server in ("identity", "site_b"):
        lab.manage(server, "shell", "--verbosity=0", "-c", PREPARE)
    return lab


def main() -> None:
    errors = Counter()
    with tempfile.TemporaryDirectory(prefix="lab-bench-") as folder, pytest.MonkeyPatch.context() as patch:
        port = free_ports()
        labs = [prepared(Path(folder) / f"{n}", port + 3 * n) for n in range(len(VARIANTS))]
        for variant, lab in zip(VARIANTS, labs, strict=True):
            if variant.change:
                change = variant.change.format(secret=secret_of_site_a(lab))
                lab.manage("identity", "shell", "--verbosity=0", "-c", change)
        resolve_to_loopback(patch, labs[0].domain)
        measure_client(labs, errors)
        measure_silent(labs[0], errors)
    print(f"\nerrors: {errors.total()}")
    for what, number in errors.most_common(5):
        print(f"{number} times {what}")
    if errors:
        sys.exit(1)
