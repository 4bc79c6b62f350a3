"""``python -m bench load``: a crowd at the lab, as ``make run`` or ``make scale`` starts it.

Prints what it met, and whether that is well.

What must be 0: an answer that is no success, unless it is a 503 that says when to come again; what is of somebody else;
what a site had acknowledged and that is gone; who is never in; logout tokens that do not arrive; gaps in the journal,
and entries of two browsers under one visitor. Of a process that was killed, the requests under way may fail.

Clicks of a crowd are no benchmark: how quick the answers are says as much about this machine as about the lab.
"""

import argparse
import json
import os
import signal
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from bench.crowd import PASSWORD, Answer, Browser, NoPage, Notes, Person, counted, let_live
from bench.faults import FAULTS, FAULTS_OF_SCALE, PROCESSES, Window, database_of, made_in_turn
from bench.run import started
from tests.processes import Lab
from tests.scale import rows, scaled

AT_LAST = 120  # seconds more, for those who were not in when the time was over
SETTLE_TIMEOUT = 60  # seconds for what is still under way then: logout tokens, entries of the journal
JUST_BEFORE = 2.0  # seconds: an entry may wait that long in a process, which loses it when it is killed
AGAIN_AFTER = 1.0  # seconds from the end of a fault until nothing fails of it any more

MAKE_PEOPLE = """
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
password = make_password({password!r})
people = [User(username=name, first_name=name, password=password) for name in {names!r}]
for user in User.objects.bulk_create(people):
    EmailAddress.objects.create(user=user, email=f"{{user}}@example.org", verified=True, primary=True)
"""


@contextmanager
def running(with_kills: bool) -> Iterator[Lab]:
    """As ``make run`` does; where processes are killed, each by itself, since honcho would end the others, too."""
    with TemporaryDirectory(prefix="lab-load-") as folder:
        lab = Lab(Path(folder))
        if with_kills:
            try:
                lab.start(*PROCESSES)
                yield lab
            finally:
                lab.stop()
        else:
            with started(lab):
                yield lab


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench load", description=__doc__)
    parser.add_argument("--people", type=int, default=40, metavar="N")
    parser.add_argument("--seconds", type=float, default=60, metavar="S", help="how long they stay")
    parser.add_argument("--arrive", type=float, default=15, metavar="A", help="seconds within which all have come")
    parser.add_argument("--faults", nargs="+", default=[], choices=list(FAULTS), help="what is done meanwhile")
    parser.add_argument("--scale", action="store_true", help="as make scale starts it")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # the lab ends with this process
    of = FAULTS_OF_SCALE if asked.scale else FAULTS
    if unknown := set(asked.faults) - of.keys():
        parser.error(f"with --scale there is no fault {', '.join(unknown)}")
    with scaled() if asked.scale else running("kill" in asked.faults) as lab:
        names = [f"person{n}" for n in range(asked.people)]
        lab.manage("identity", "shell", "--verbosity=0", "-c", MAKE_PEOPLE.format(names=names, password=PASSWORD))
        notes = Notes()
        faults = [fault for name in asked.faults for fault in of[name]]
        with made_in_turn(faults, lab) as windows:
            let_live([Person(lab, name, notes) for name in names], asked.arrive, asked.seconds, AT_LAST)
        undelivered, gaps, mixed = settled(lab, notes, windows)
    print(
        f"{asked.people} people within {asked.arrive:g} s, for {asked.seconds:g} s; faults: "
        f"{', '.join(asked.faults) or 'none'}; {os.cpu_count()} cores, load of the machine {os.getloadavg()[0]:.1f}"
    )
    show_answers(notes, windows)
    return show_what_must_be_0(
        {
            "failed answers": [said_of(one) for one in notes.answers if one.has_failed and not is_of(one, windows)],
            "mixed up": notes.mixed,
            "lost though acknowledged": notes.lost,
            "never in": ["a person"] * (asked.people - len(notes.seconds_until_in)),
            "logout tokens that did not arrive": undelivered,
            "gaps in the journal": gaps,
            "visitors of two browsers": mixed,
        }
    )


def settled(lab: Lab, notes: Notes, windows: list[Window]) -> tuple[list[str], list[str], list[str]]:
    """What has not arrived, is missing and is mixed up in the end. What waits in a server is written with its next
    request."""
    last = Browser(lab, "nobody", "load/nobody", Notes())
    deadline = time.monotonic() + SETTLE_TIMEOUT
    while True:
        for server in lab.servers:
            with suppress(NoPage):
                last.send("GET", f"{lab.origin(server)}/")
        found = undelivered(lab), *in_the_journal(lab, notes.answers, windows)
        if not any(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def undelivered(lab: Lab) -> list[str]:
    sql = (
        "SELECT client_id, last_error FROM backchannel_logout_relyingpartysession"
        " WHERE ended_at IS NOT NULL AND notified_at IS NULL"
    )
    return [f"for {client}: {error}" for client, error in rows_of(lab, "identity", sql)]


def rows_of(lab: Lab, name: str, sql: str) -> list[tuple]:
    """What that statement answers in the database of that name."""
    if "LAB_DATABASE_URL" in lab.settings:
        return rows(lab, name, sql)
    with closing(sqlite3.connect(database_of(lab, name))) as database:
        return database.execute(sql).fetchall()


def in_the_journal(lab: Lab, answers: list[Answer], windows: list[Window]) -> tuple[list[str], list[str]]:
    """Answered requests without an entry, and visitors that are of two browsers."""
    entries: Counter[tuple[str, ...]] = Counter()
    agents_of = defaultdict(set)
    sql = "SELECT server, visitor, content FROM journal_entry WHERE kind = 'exchange'"
    for server, visitor, content in rows_of(lab, "journal", sql):
        exchange = json.loads(content)
        agent = exchange["headers"].get("User-Agent", "")
        entries[server, agent, exchange["method"], exchange["path"]] += 1
        if visitor and agent.startswith("load/"):
            agents_of[visitor].add(agent)
    answered = Counter(
        (one.server, one.agent, one.method, one.path)
        for one in answers
        if one.status and not is_of_nginx(one) and not died_with_its_server(one, windows)
    )
    gaps = [" ".join(request) for request in (answered - entries).elements() if request[0] != "inspector"]
    return gaps, [f"{visitor}: {sorted(agents)}" for visitor, agents in agents_of.items() if len(agents) > 1]


def is_of_nginx(answer: Answer) -> bool:
    """What a person is told while no process of the server answers: none of them has seen the request."""
    return answer.status == 503 and answer.what == "text/plain"


def died_with_its_server(answer: Answer, windows: list[Window]) -> bool:
    of_its_server = [window for window in kills_in(windows) if window.fault.server == answer.server]
    return any(window.began - JUST_BEFORE < answer.ended < window.ended for window in of_its_server)


def is_of(answer: Answer, windows: list[Window]) -> bool:
    """Whether it failed because a process was killed while it was under way, there or at the server that it asked."""
    if answer.status == 500:
        return False
    return any(is_while(window, answer) for window in kills_in(windows))


def kills_in(windows: list[Window]) -> list[Window]:
    return [window for window in windows if window.fault.is_kill]


def is_while(window: Window, answer: Answer) -> bool:
    return window.began < answer.ended and answer.began < window.ended + AGAIN_AFTER


def said_of(answer: Answer) -> str:
    return f"{answer.server} {answer.method} {answer.path}: {answer.status or 'no answer'} {answer.what}"


def show_answers(notes: Notes, windows: list[Window]) -> None:
    for window in windows:
        failed = sum(is_while(window, one) for one in notes.answers if one.has_failed)
        print(f"  {window.fault} for {window.ended - window.began:.1f} s: {failed} requests under way failed")
    print(f"{len(notes.answers):,} answers")
    others = [one for one in notes.answers if not one.status or one.status >= 400]
    for (server, status, what), number in sorted(counted(others).items(), key=str):
        print(f"{number:7,}  {status or 'no answer'} at {server}: {what}")
    for what, seconds in {
        "until an answer": [one.ended - one.began for one in notes.answers],
        "until an answer to a password": [
            one.ended - one.began for one in notes.answers if one.method == "POST" and one.path == "/accounts/login/"
        ],
        "until in at both sites": notes.seconds_until_in,
    }.items():
        if len(seconds) > 1:
            cuts = quantiles(seconds, n=100, method="inclusive")
            print(
                f"seconds {what}: half {cuts[49]:.2f}, 95 % {cuts[94]:.2f}, 99 % {cuts[98]:.2f}, all {max(seconds):.2f}"
            )


def show_what_must_be_0(found: dict[str, list[str]]) -> int:
    """The status of the process."""
    for what, ones in found.items():
        print(f"{len(ones):7,}  {what}")
        for text, number in Counter(ones).most_common(5):
            print(f"             {number} x {text[:150]}")
    return 1 if any(found.values()) else 0
