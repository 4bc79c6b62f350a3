"""How much dearer the inspector's pages are when the journal is full: CPU per request, of a large one : a small one.

The entries are copies of what one person's clicks leave in this run, with other fingerprints. There are two kinds of
journal: a class at work, and one visitor who never stops. The dearer kind is the figure.
"""

import json
import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bench.client import Line, expect_equal
from bench.figures import Figure, Scale
from bench.rounds import Side, in_turns
from bench.served import Served, host_of, serve
from tests.browser.person import Person, resolve_to_loopback
from tests.processes import Lab, free_ports

SMALL = 1_000  # entries
EACH = 50  # entries of one person's clicks
KINDS = {"a class": 20, "one visitor": 1}  # how many people click at the same time; one is always the same visitor
LESSON = timedelta(minutes=1)  # after which the next people come; with one visitor, the next sign-in
LIMIT = 1.5
TIMES = 1  # a page, in a round
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
FINGERPRINTS = ("journey", "jar", "sent_key", "set_key", "csrf")
LOOKED_AT = [
    ("site_a", "/"),
    ("site_a", "/begin/value/"),
    ("site_b", "/orders/"),
    ("identity", "/sessions/"),
    ("site_a", "/shelf/"),
    ("site_b", "/cart/"),
]

# The address of each, and how to find in it what it must show, as often in a full journal.
PAGES = {
    "side by side": ("/?visitor={visitor}", rb"/exchange/\d+/"),
    "ladder": ("/ladder/?visitor={visitor}", rb'class="rung"'),
    "ladder, further back": ("/ladder/?visitor={visitor}&before={middle}", rb'class="rung"'),
    "exchange, a callback": ("/exchange/{callback}/", "✓ passed".encode()),
    "visitors": ("/visitors/", rb'/ladder/\?visitor=\w+">Ladder'),
    "first steps": ("/first-steps/?visitor={visitor}", rb'<li class="done'),
    "export": ("/export/?visitor={visitor}", rb"/journal\.har\?visitor=\w+"),
    "start over": ("/start-over/", rb"<button>Empty the journal"),
    "journal.json": ("/journal.json?after=0", rb'"set_key": '),
    "journal.har": ("/journal.har", rb'"startedDateTime": '),
}
MEMORY = "memory of the inspector after that"


def what_of(page: str) -> str:
    return f"inspector, full journal, {page}"


LIMITS = {what_of(page): LIMIT for page in PAGES} | {MEMORY: LIMIT}


@dataclass
class Filled:
    """A state folder whose journal has ``size`` entries, a visitor in it, and the ids of two of their entries."""

    lab: Lab
    size: int
    middle: int
    callback: int
    visitor: str


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
                del copy["id"]
                yield tuple(copy.values())


def another(fingerprint: str, mask: int) -> str:
    """A fingerprint or name of as many digits: the same for the same, and nothing for nothing."""
    return f"{int(fingerprint, 16) ^ mask:0{len(fingerprint)}x}" if fingerprint else ""


def with_other_fingerprints(content: str, mask: int) -> str:
    return re.sub(r'(?<=")[0-9a-f]{16}(?=")', lambda found: another(found[0], mask), content)


def filled(original: Lab, lab: Lab, rows: list[sqlite3.Row], size: int, beside: int) -> Filled:
    """The recorded journal, which knows the servers, with copies of the rows for all its entries."""
    shutil.copytree(original.state / "var", lab.state / "var")
    names = [name for name in rows[0].keys() if name != "id"]  # noqa: SIM118
    with journal_of(lab) as journal:
        with journal:
            journal.execute("DELETE FROM journal_entry")
            journal.executemany(
                f"INSERT INTO journal_entry ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                copies(rows, size, beside),
            )
        (shown,) = journal.execute("SELECT visitor FROM journal_entry ORDER BY id DESC LIMIT 1").fetchone()
        theirs = journal.execute("SELECT id FROM journal_entry WHERE visitor = ? ORDER BY id", [shown]).fetchall()
        (callback,) = journal.execute(
            "SELECT max(id) FROM journal_entry WHERE visitor = ? AND content ->> 'id_token' IS NOT NULL", [shown]
        ).fetchone()
    check_is_filled(lab, size, theirs, beside)
    return Filled(lab, size, theirs[len(theirs) // 2][0], callback, shown)


def check_is_filled(lab: Lab, size: int, theirs: list, beside: int) -> None:
    """As many entries as were wanted, the last one readable, and as many of them one visitor's as was said."""
    with journal_of(lab) as journal:
        (number,) = journal.execute("SELECT count(*) FROM journal_entry").fetchone()
        (content,) = journal.execute("SELECT content FROM journal_entry ORDER BY id DESC LIMIT 1").fetchone()
    assert number == size, number
    assert json.loads(content)["headers"]["User-Agent"] == AGENT
    assert len(theirs) > 0.8 * (size if beside == 1 else EACH), len(theirs)


@dataclass(frozen=True)
class Inspector:
    """One that is asked, and whose journal it shows."""

    journal: Filled
    server: Served
    line: Line

    def shown(self, address: str, shows: bytes) -> int:
        """How often the page shows it."""
        target = address.format_map(vars(self.journal))
        return len(re.findall(shows, self.line.ask(200, target).body))

    def check_shown(self, address: str, shows: bytes, number: int) -> None:
        expect_equal(f"what {address} shows", self.shown(address, shows), number)


def figures(scale: Scale) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="lab-bench-") as folder, ExitStack() as stack:
        port = free_ports()  # the same for all: a recorded address leads to a server of the lab by its port
        original = Lab(Path(folder) / "recorded", port)
        rows = recorded(original)
        inspectors = {}
        for n, (kind, size) in enumerate(product(KINDS, (SMALL, scale.entries)), start=4):
            journal = filled(original, Lab(Path(folder) / f"{n}", port), rows, size, KINDS[kind])
            server = stack.enter_context(serve(journal.lab, "inspector", port + n))
            host = host_of(journal.lab, "inspector")
            server.wait(host)
            inspectors[kind, size] = Inspector(journal, server, Line(host, server.port, **{"User-Agent": AGENT}))
        for name, (address, shows) in PAGES.items():
            yield of_page(what_of(name), inspectors, address, shows, scale)
        ratios = [
            inspectors[kind, scale.entries].server.memory() / inspectors[kind, SMALL].server.memory() for kind in KINDS
        ]
        yield Figure(MEMORY, "times", max(ratios), LIMIT)


def of_page(
    what: str, inspectors: dict[tuple[str, int], Inspector], address: str, shows: bytes, scale: Scale
) -> Figure:
    sides = []
    for (kind, size), one in inspectors.items():
        number = inspectors[kind, SMALL].shown(address, shows)
        expect_equal(f"{address} shows something", number > 0, True)
        step = partial(one.check_shown, address, shows, number)
        sides.append(Side(f"{kind}, {size:,}", [one.server], [step], TIMES))
    spent = in_turns(sides, max(3, scale.rounds // 2))  # enough for this limit, and these pages are dear
    of_kinds = [spent.figure(what, LIMIT, f"{kind}, {scale.entries:,}", f"{kind}, {SMALL:,}") for kind in KINDS]
    dearer = max(of_kinds, key=lambda figure: figure.value or 0)
    return replace(dearer, errors=sum((figure.errors for figure in of_kinds), Counter()))
