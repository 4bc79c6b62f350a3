"""What the inspector costs: CPU per request of each page and export, with few entries and with all that a journal
keeps; how soon an entry is on the open ladder; and the memory of each process of a running lab.

The entries are copies of what one person's clicks leave in this run, with other fingerprints. There are two kinds of
journal: a class at work, and one visitor who never stops. The inspectors of a small and of a large one of the same kind
stand side by side and are asked in turns.

Takes about four minutes. The servers of this lab do not watch their files.
"""

import json
import random
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles

import pytest
from playwright.sync_api import Page, sync_playwright

from bench.served import Served, memory
from tests.browser import chromium
from tests.browser.browsing import Browsing
from tests.browser.person import Person, resolve_to_loopback
from tests.processes import PROCFILE, Lab, free_ports

ROUNDS = 5
SIZES = (1_000, 100_000)
EACH = 50  # entries of one person's clicks
KINDS = {  # how many people click at the same time
    "a class: 20 visitors at a time, about 50 entries each": 20,
    "one visitor has every entry that came with a cookie or a sign-in": 1,
}
LESSON = timedelta(minutes=1)  # after which the next people come; with one visitor, the next sign-in
LIMIT = 1.5
LIMIT_OF_NEWS = 300  # milliseconds
CLICKS = 50
RUNGS = 60  # on a full ladder
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
COLUMNS = ("at", "server", "kind", "journey", "jar", "visitor", "sent_key", "set_key", "csrf", "content")
FINGERPRINTS = ("journey", "jar", "sent_key", "set_key", "csrf")
LOOKED_AT = [
    ("site_a", "/"),
    ("site_a", "/begin/value/"),
    ("site_b", "/orders/"),
    ("identity", "/sessions/"),
    ("site_a", "/shelf/"),
    ("site_b", "/cart/"),
]

# How often each is asked in a round, its address, and what it must show: words, and how to find one of it.
PAGES = {
    "side by side": (20, "/", "entries", rb"/exchange/\d+/"),
    "ladder": (10, "/ladder/", "rungs", rb'class="rung"'),
    "ladder, further back": (10, "/ladder/?before={middle}", "rungs", rb'class="rung"'),
    "exchange, a callback": (20, "/exchange/{callback}/", "checks", "✓ passed".encode()),
    "visitors": (10, "/visitors/", "visitors", rb'/ladder/\?visitor=\w+">Ladder'),
    "first steps": (20, "/path/", "seen", "✓ seen".encode()),
    "export": (20, "/export/", "links", rb"/journal\.har\?visitor=\w+"),
    "start over": (100, "/start-over/", "buttons", rb"<button>Empty the journal"),
    "journal.json": (5, "/journal.json?after=0", "entries", rb'"set_key": '),
    "journal.har": (5, "/journal.har", "exchanges", rb'"startedDateTime": '),
}

MAKE_JOURNAL = "from session_inspector.journal.queries import newest_id; newest_id()"
NEXT_RUNG = """
() => {
  const newest = () => Math.max(...[...document.querySelectorAll(".rung")].map((rung) => Number(rung.id.slice(1))));
  const known = newest();
  window.nextRung = new Promise((resolve, reject) => {
    const observer = new MutationObserver(() => {
      if (newest() <= known) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    });
    observer.observe(document.getElementById("ladder"), { childList: true, subtree: true });
    setTimeout(() => reject(new Error("no rung in ten seconds")), 10000);
  });
  window.nextRung.catch(() => {});
}
"""
ARRIVED = """
() => {
  const [{ requestStart, responseEnd }] = performance.getEntriesByType("navigation");
  return [performance.timeOrigin + requestStart, performance.timeOrigin + responseEnd];
}
"""
ASK_AGAIN = """
async () => {
  const asked = performance.now();
  await (await fetch(location.href, { cache: "no-store" })).text();
  return performance.now() - asked;
}
"""


@dataclass
class Filled:
    """A state folder whose journal has ``size`` entries, and of the visitor that is shown the ids of two of them."""

    lab: Lab
    size: int
    middle: int
    callback: int


def journal_of(lab: Lab) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(lab.state / "var" / "journal.sqlite3"))


def recorded(lab: Lab) -> list[sqlite3.Row]:
    """What the journal keeps of one person who signs in at both sites and looks around: ``EACH`` rows."""
    try:
        lab.start("identity", "site_a", "site_b")
        with journal_of(lab) as journal:
            (before,) = journal.execute("SELECT max(id) FROM journal_entry").fetchone()
        with pytest.MonkeyPatch.context() as patch:
            resolve_to_loopback(patch, lab.domain)
            click_around(Person(lab, "alice"))
    finally:
        lab.stop()
    with journal_of(lab) as journal:
        journal.row_factory = sqlite3.Row
        rows = journal.execute("SELECT * FROM journal_entry WHERE id > ? ORDER BY id", [before]).fetchall()
    assert len(rows) >= EACH, len(rows)
    return rows[:EACH]


def click_around(person: Person) -> None:
    """First as a stranger, twice at each server: even one class leaves more such requests than a ladder shows."""
    person.session.headers["User-Agent"] = AGENT
    for server in ("identity", "site_a", "site_b") * 2:
        person.get(f"{person.lab.origin(server)}/")
    for site in ("site_a", "site_b"):
        assert person.sign_in(site).status_code == 200
    person.post("site_b", "/cart/add/", item="ink")
    person.post("site_a", "/values/language/", language="fr")
    for server, path in LOOKED_AT * 3:
        assert person.get(person.lab.origin(server) + path).status_code == 200


def copies(rows: list[sqlite3.Row], size: int, beside: int) -> Iterator[tuple]:
    """That many rows: ``beside`` people do at the same time what was recorded, then as many others do, to the end."""
    groups, rest = divmod(size, EACH * beside)
    assert not rest
    for group in range(groups):
        later = LESSON * (group - groups + 1)  # the last ones clicked when it was recorded
        masks = [random.getrandbits(64) for _ in range(beside)]
        for row in rows:
            for n, mask in enumerate(masks):
                copy = dict(row) | {name: another(row[name], mask) for name in FINGERPRINTS}
                copy["visitor"] = another(row["visitor"], mask if beside > 1 else 0)
                copy["at"] = str(datetime.fromisoformat(row["at"]) + later + timedelta(milliseconds=n))
                copy["content"] = with_other_fingerprints(row["content"], mask)
                yield tuple(copy[name] for name in COLUMNS)


def another(fingerprint: str, mask: int) -> str:
    """A fingerprint or name of as many digits: the same for the same, and nothing for nothing."""
    return f"{int(fingerprint, 16) ^ mask:0{len(fingerprint)}x}" if fingerprint else ""


def with_other_fingerprints(content: str, mask: int) -> str:
    return re.sub(r'(?<=")[0-9a-f]{16}(?=")', lambda found: another(found[0], mask), content)


def filled(lab: Lab, rows: list[sqlite3.Row], size: int, beside: int) -> Filled:
    lab.manage("inspector", "shell", "--verbosity=0", "-c", MAKE_JOURNAL)
    insert = f"INSERT INTO journal_entry ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    with journal_of(lab) as journal:
        with journal:
            journal.executemany(insert, copies(rows, size, beside))
        (shown,) = journal.execute("SELECT visitor FROM journal_entry ORDER BY id DESC LIMIT 1").fetchone()
        theirs = journal.execute("SELECT id FROM journal_entry WHERE visitor = ? ORDER BY id", [shown]).fetchall()
        (callback,) = journal.execute(
            "SELECT max(id) FROM journal_entry WHERE visitor = ? AND content -> 'id_token' IS NOT NULL", [shown]
        ).fetchone()
    check_is_filled(lab, size, theirs, beside)
    return Filled(lab, size, theirs[len(theirs) // 2][0], callback)


def check_is_filled(lab: Lab, size: int, theirs: list, beside: int) -> None:
    """As many entries as were wanted, the last one readable, and as many of them one visitor's as was said."""
    with journal_of(lab) as journal:
        (number,) = journal.execute("SELECT count(*) FROM journal_entry").fetchone()
        (content,) = journal.execute("SELECT content FROM journal_entry ORDER BY id DESC LIMIT 1").fetchone()
    assert number == size, number
    assert json.loads(content)["headers"]["User-Agent"] == AGENT
    assert len(theirs) > 0.8 * (size if beside == 1 else EACH), len(theirs)


def ask(server: Served, host: str, address: str, shows: bytes, times: int) -> int:
    """That many requests over one connection; how often each answer shows it. Raises ``AssertionError`` for any other
    answer."""
    found = set()
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        for _ in range(times):
            connection.request("GET", address, headers={"Host": host, "User-Agent": AGENT})
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, (address, response.status)
            found.add(len(re.findall(shows, body)))
    assert len(found) == 1, (address, found)
    (number,) = found
    assert number > 0, address
    return number


def measure(kind: str, journals: list[Filled]) -> None:
    """Ask each page of the inspectors of these journals in turns, and print the table."""
    print(f"\n{kind}\n{'':24}{'shows':>16}" + "".join(f"{one.size:10,}" for one in journals) + "   ratio  limit")
    with ExitStack() as stack:
        servers = []
        for n, journal in enumerate(journals):
            environment = {name: value for name, value in journal.lab.environment.items() if name.startswith("LAB_")}
            servers.append(Served("lab.inspector.settings", journal.lab.port + 4 + n, environment))
            stack.callback(servers[-1].stop)
        host = journals[0].lab.origin("inspector").removeprefix("http://")
        for server in servers:
            server.wait(host)
        for name, (times, address, what, shows) in PAGES.items():
            addresses = [address.format(middle=one.middle, callback=one.callback) for one in journals]
            number, spent = spent_on(servers, host, addresses, shows, times)
            print_line(name, f"{number:,} {what}", spent, LIMIT)
        print_line("MB of memory, after that", "", [[memory(server.process.pid)] for server in servers])


def spent_on(
    servers: list[Served], host: str, addresses: list[str], shows: bytes, times: int
) -> tuple[int, list[list[float]]]:
    """How often the page shows what it must, at all servers alike, and of each the milliseconds of CPU per request in
    each round."""
    numbers = {ask(*asked, shows, 1) for asked in zip(servers, [host] * len(servers), addresses, strict=True)}
    assert len(numbers) == 1, (addresses, numbers)
    spent: list[list[float]] = [[] for _ in servers]
    for n in range(ROUNDS + 1):
        for server, address, values in zip(servers, addresses, spent, strict=True):
            before = server.cpu()
            ask(server, host, address, shows, times)
            if n:  # the first round warms up
                values.append((server.cpu() - before) / times * 1000)
    return numbers.pop(), spent


def print_line(name: str, shown: str, spent: list[list[float]], limit: float | None = None) -> None:
    ratio = median(one / base for one, base in zip(spent[1], spent[0], strict=True))
    verdict = "" if limit is None else f"{limit:7} {'kept' if ratio <= limit else 'exceeded'}"
    print(
        f"{name:24}{shown:>16}" + "".join(f"{median(one):10.1f}" for one in spent) + f"{ratio:8.2f}{verdict}",
        flush=True,
    )


def news_and_memory(journal: Filled) -> None:
    """Start the lab as a person does, click in one tab, watch the ladder in another, and print what came of it."""
    lab = journal.lab
    try:
        lab.start()
        lab.processes["ready"] = lab.run(PROCFILE["ready"], "ready")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.arguments())
            context = browser.new_context()
            clicked, ladder = context.new_page(), context.new_page()
            Browsing(clicked, lab).sign_in_at("site_a", "alice")
            url = f"{lab.origin('site_a')}/shelf/"  # who is not signed in would be led elsewhere
            for _ in range(RUNGS):
                clicked.goto(url)
            ladder.goto(f"{lab.origin('inspector')}/ladder/")
            assert ladder.locator(".rung").count() == RUNGS
            delays = [delay_of_a_click(clicked, ladder, url) for _ in range(CLICKS)]
            print_news(journal.size, delays, alone=[ladder.evaluate(ASK_AGAIN) for _ in range(CLICKS)])
            print_memory({name: process.pid for name, process in lab.processes.items()})
            browser.close()
    finally:
        lab.stop()


def delay_of_a_click(clicked: Page, ladder: Page, url: str) -> float:
    """Milliseconds from the end of the response until its rung is in the other tab's page."""
    time.sleep(random.uniform(0, 0.2))  # whoever clicks knows nothing of the rhythm of the stream
    ladder.evaluate(NEXT_RUNG)
    clicked.goto(url)
    assert clicked.url == url, "no longer signed in"
    asked, arrived = clicked.evaluate(ARRIVED)
    seen = ladder.evaluate("() => window.nextRung")
    assert seen > asked, "that rung is another click's"
    return seen - arrived


def print_news(size: int, delays: list[float], alone: list[float]) -> None:
    """``alone``: how long the ladder takes to answer while nobody clicks; on a busy machine that is long, too."""
    typical, slow = median(delays), quantiles(delays, n=20)[-1]
    verdict = "kept" if typical <= LIMIT_OF_NEWS else "exceeded"
    print(f"\nms from the response to the rung on the open ladder: {CLICKS} clicks, {size:,} entries, {RUNGS} shown")
    print(f"median {typical:.0f}, limit {LIMIT_OF_NEWS} {verdict}; 95th percentile {slow:.0f}", end="; ")
    print(f"the ladder's answer alone {median(alone):.0f}")


def print_memory(processes: dict[str, int]) -> None:
    print("\nMB of memory of each line of the Procfile, after that")
    used = {name: memory(pid) for name, pid in processes.items()}
    for name, megabytes in [*used.items(), ("together", sum(used.values()))]:
        print(f"{name:12}{megabytes:8.1f}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lab-bench-") as folder:
        port = free_ports()  # the same for all: a recorded address leads to a server of the lab by its port
        rows = recorded(Lab(Path(folder) / "recorded", port))
        print("ms of CPU per request of the inspector, by the number of entries in the journal")
        kinds = {
            kind: [filled(Lab(Path(folder) / f"{beside}-{size}", port), rows, size, beside) for size in SIZES]
            for kind, beside in KINDS.items()
        }
        for kind, journals in kinds.items():
            measure(kind, journals)
        news_and_memory(next(iter(kinds.values()))[-1])
