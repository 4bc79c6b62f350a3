"""``docs/when-it-fails.md``: its commands, and the words that it says a page or a terminal shows.

What it tells to do in a browser, ``test_failures`` does; what keeps the lab from starting, ``test_start``.
"""

import re
from pathlib import Path

from lab.launch.ports import said_of
from lab.secret_faults import fault_of_random, unusable
from lab.state import IN_USE
from lab.web.database_failures import FULL
from relying_party.failures import FAILURES
from tests.browser.person import Person, resolve_to_loopback
from tests.page import text_in
from tests.processes import ROOT

DOCUMENT = (ROOT / "docs" / "when-it-fails.md").read_text()
(COMMANDS,) = re.findall(r"^```sh\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
OPENED = "open <http://identity.localhost:8000/"  # of which nobody has to sign in first


def rows_below(heading: str) -> list[list[str]]:
    """The cells of the table that begins with those column titles."""
    table = DOCUMENT[DOCUMENT.index(heading) :].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


def test_servers_run_in_terminals_of_their_own_and_one_can_be_ended(started_before, monkeypatch):
    resolve_to_loopback(monkeypatch, "localhost")
    lab, servers = started_before, ("identity", "site_a", "site_b", "inspector", "worker")
    for name, command in zip(servers, COMMANDS.splitlines(), strict=True):
        lab.processes[name] = lab.run(f"exec {command}", name)
    for name in servers[:-1]:
        lab.wait_for(name)
    alice = Person(lab, "alice")
    alice.sign_in("site_a")
    lab.stop("identity")
    assert alice.known_at("site_a") == "alice"
    assert lab.processes["worker"].poll() is None


def of_failures() -> list[list[str]]:
    """What to do, and what the page then says."""
    return rows_below("| do | the page says |")


def test_pages_of_the_sites_say_what_the_document_says_of_them():
    said = [
        page
        for do, page in of_failures()
        if OPENED not in do and not page.startswith(("the same", "there is no error page"))
    ]
    assert len(said) == 4
    headings = tuple(heading for _, heading in FAILURES.values())
    assert [words for words in said if not words.startswith(headings)] == []


def test_pages_of_identity_say_what_the_document_says_of_them_and_compare_both_texts(started_before, monkeypatch):
    resolve_to_loopback(monkeypatch, "localhost")
    lab, stranger = started_before, Person(started_before, "nobody")
    lab.start("identity")
    opened = [(do, words) for do, words in of_failures() if OPENED in do]
    assert len(opened) == 3
    for do, words in opened:
        (address,) = re.findall("<(.+)>", do)
        for server, number in lab.servers.items():
            address = address.replace(address_in_document(server, number), lab.origin(server))
        page = stranger.get(address)
        assert page.status_code == 400
        assert words in text_in(page.text)
        assert "The usual cause:" in text_in(page.text)


def address_in_document(server: str, number: int) -> str:
    return f"http://{server.replace('_', '-')}.localhost:{8000 + number}"


def test_the_terminal_says_what_the_document_says_of_it():
    shown = [words.strip("`").partition("…")[0] for words, _ in rows_below("| it says | do |")]
    port, in_use, folder, secret, full, journal = (words.partition("`")[0] for words in shown)
    assert said_of(8001).startswith(port)
    assert IN_USE.startswith(in_use)
    assert folder in (ROOT / "shared" / "lab" / "state.py").read_text()
    assert unusable(Path("site_a.client_secret"), fault_of_random("cut"), "make run").startswith(secret)
    assert full == FULL.what
    templates = ROOT / "shared" / "session_inspector" / "templates" / "session_inspector" / "inspector"
    assert f"<h1>{journal}</h1>" in (templates / "unreadable.html").read_text()
