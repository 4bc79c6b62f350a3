"""What the recorder and the panel cost: CPU per request of site A's front page, somebody signed in.

Three servers stand side by side, all else equal: with neither, with the recorder, with recorder and panel. They are
asked in turns, and started anew a few times: of two processes that do the same, one may take a tenth longer for as long
as it runs.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.client import Line, expect_equal
from bench.figures import Figure, Scale
from bench.rounds import Side, Spent, in_turns, together
from bench.served import host_of, prepare, serve
from tests.processes import Lab

STARTS = 3
TIMES = 48  # requests in a round
PANEL, RECORDER = (
    "session_inspector.panel.middleware.PanelMiddleware",
    "session_inspector.recorder.middleware.RecorderMiddleware",
)
NEITHER, WITHOUT_PANEL, BOTH = "neither", "recorder", "recorder and panel"
WITHOUT = {NEITHER: f"{PANEL} {RECORDER}", WITHOUT_PANEL: PANEL, BOTH: ""}
LIMITS = {f"a page of site A, {name} : {NEITHER}": limit for name, limit in {WITHOUT_PANEL: 1.2, BOTH: 1.5}.items()}
SIGN_IN = """
from django.contrib.auth import HASH_SESSION_KEY, BACKEND_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
user = User.objects.create(username="oidc:bench", first_name="alice", password="!")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "relying_party.backend.Backend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session["login_time"] = "2026-11-24T07:00:00+00:00"
session["language"] = "fr"
session.save()
print(session.session_key)
"""


def ask(line: Line) -> None:
    expect_equal("greeted by name", b"Here you are <strong>alice</strong>" in line.ask(200, "/").body, True)


def check_was_recorded(lab: Lab, exchanges: int) -> None:
    """What was not kept cost nothing, and what should not be kept must not have cost anything. A few may still wait."""
    with sqlite3.connect(lab.state / "var" / "journal.sqlite3") as journal:
        kinds = dict(journal.execute("SELECT kind, count(*) FROM journal_entry GROUP BY kind"))
    expect_equal("kinds of entries", set(kinds), {"exchange"})
    expect_equal("all exchanges recorded", exchanges * 0.99 <= kinds["exchange"] <= exchanges, True)


def figures(scale: Scale) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="lab-bench-") as folder:
        lab = Lab(Path(folder) / "lab")
        prepare(lab, "site_a")
        lab.settings = {"LAB_RECORDER": "off"}  # what follows is no exchange
        key = lab.manage("site_a", "shell", "--verbosity=0", "-c", SIGN_IN).strip()
        lab.settings = {}
        rounds = (scale.rounds + 1) // 2
        spent = together([side_by_side(lab, key, rounds) for _ in range(STARTS)])
        check_was_recorded(lab, STARTS * 2 * (rounds + 1) * TIMES)
        for what, name in zip(LIMITS, (WITHOUT_PANEL, BOTH), strict=True):
            yield spent.figure(what, LIMITS[what], name, NEITHER)


def side_by_side(lab: Lab, key: str, rounds: int) -> Spent:
    host, sides = host_of(lab, "site_a"), []
    with ExitStack() as stack:
        for n, (name, without) in enumerate(WITHOUT.items(), start=1):
            server = stack.enter_context(serve(lab, "site_a", lab.port + n, without))
            server.wait(host)
            line = Line(host, server.port, Cookie=f"site_a_session={key}")
            sides.append(Side(name, [server], [partial(ask, line)], TIMES))
        return in_turns(sides, rounds)
