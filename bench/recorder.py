"""What the recorder and the panel cost: CPU per request of site A's front page, somebody signed in.

Three servers stand side by side, all else equal: with neither, with the recorder, with recorder and panel. They are
asked in turns, so that what else the machine does falls on all of them.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import repeat
from statistics import median
from subprocess import PIPE

from bench.served import ROOT, THREADS, Served
from tests.processes import free_ports

ROUNDS, REQUESTS = 9, 200
PANEL, RECORDER = (
    "session_inspector.panel.middleware.PanelMiddleware",
    "session_inspector.recorder.middleware.RecorderMiddleware",
)
VARIANTS = {"neither": [PANEL, RECORDER], "recorder": [PANEL], "recorder and panel": []}
LIMITS = {"recorder": 1.25, "recorder and panel": 1.6}
SIGN_IN = """
from django.contrib.auth import HASH_SESSION_KEY, BACKEND_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from lab.launch.prepare import prepare
prepare()
user = User.objects.create(username="oidc:bench", first_name="alice", password="!")
for _ in range({sessions}):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "relying_party.backend.Backend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["login_time"] = "2026-11-24T07:00:00+00:00"
    session["language"] = "fr"
    session.save()
    print(session.session_key)
"""


def ask(port: int, host: str, key: str, requests: int) -> None:
    """That many requests for the front page over one connection. Raises ``AssertionError`` for any other answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(requests):
        connection.request("GET", "/", headers={"Host": host, "Cookie": f"site_a_session={key}"})
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, response.status
        assert b"Here you are <strong>alice</strong>" in body


def measure() -> dict[str, list[float]]:
    """Milliseconds of CPU per request, of each variant in each round."""
    with tempfile.TemporaryDirectory(prefix="lab-bench-") as state:
        port = free_ports()
        environment = {"LAB_STATE": state, "LAB_PORT": str(port), "BENCH_SETTINGS": "site_a.settings"}
        keys = subprocess.run(
            [sys.executable, "site_a/manage.py", "shell", "--verbosity=0", "-c", SIGN_IN.format(sessions=THREADS)],
            cwd=ROOT, env={**os.environ, **environment, "LAB_RECORDER": "off"}, stdout=PIPE, text=True, check=True,
        ).stdout.split()  # fmt: skip
        host = f"site-a.localhost:{port + 1}"
        servers = {
            name: Served("bench.settings", port + n, {**environment, "BENCH_WITHOUT": " ".join(without)})
            for n, (name, without) in enumerate(VARIANTS.items(), start=2)
        }
        try:
            spent: dict[str, list[float]] = {name: [] for name in servers}
            for server in servers.values():
                server.wait(host)
            with ThreadPoolExecutor(THREADS) as pool:
                for n in range(ROUNDS + 1):
                    for name, server in servers.items():
                        before = server.cpu()
                        list(pool.map(ask, repeat(server.port), repeat(host), keys, repeat(REQUESTS // THREADS)))
                        if n:  # the first round warms up
                            spent[name].append((server.cpu() - before) / REQUESTS * 1000)
            check_was_recorded(state, exchanges=2 * (ROUNDS + 1) * REQUESTS)
            return spent
        finally:
            for server in servers.values():
                server.stop()


def check_was_recorded(state: str, exchanges: int) -> None:
    """What was not kept cost nothing, and what should not be kept must not have cost anything. A few may still wait."""
    with sqlite3.connect(f"{state}/journal.sqlite3") as journal:
        kinds = dict(journal.execute("SELECT kind, count(*) FROM journal_entry GROUP BY kind"))
    assert set(kinds) == {"exchange"}, kinds
    assert exchanges * 0.99 <= kinds["exchange"] <= exchanges, kinds


def main() -> None:
    spent = measure()
    print(f"{'':20} {'ms of CPU':>10} {'of that its own':>16} {'ratio':>7} {'limit':>6}")
    previous = 0.0
    for name, values in spent.items():
        ratio = median(one / base for one, base in zip(values, spent["neither"], strict=True))
        own, previous = median(values) - previous, median(values)
        limit = LIMITS.get(name)
        verdict = "" if limit is None else f"{limit:6} {'kept' if ratio <= limit else 'exceeded'}"
        print(f"{name:20} {median(values):10.2f} {own:16.2f} {ratio:7.2f} {verdict}")
