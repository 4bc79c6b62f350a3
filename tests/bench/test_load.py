"""What a crowd counts as a failure, and what it takes for lost, mixed up and missing."""

import json
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from bench import load
from bench.crowd import Answer, Browser, Notes, Page, Person
from bench.faults import FAULTS, Window

KILL, LOCK = FAULTS["kill"][0], FAULTS["lock"][0]  # both of identity
PATH = "/accounts/login/"


def answer(status=200, server="identity", began=0.0, ended=1.0, is_honest=False, agent="load/anna"):
    return Answer("anna", agent, server, "GET", PATH, began, ended, status, "", is_honest)


@pytest.mark.parametrize(
    ("status", "is_honest", "has_failed"),
    [(200, False, False), (302, False, False), (503, True, False), (503, False, True), (500, False, True),
     (502, False, True), (429, False, True), (404, False, True), (400, True, False), (0, False, True)],
)  # fmt: skip
def test_what_is_no_success_and_not_honest_is_a_failure(status, is_honest, has_failed):
    assert answer(status, is_honest=is_honest).has_failed == has_failed


@pytest.mark.parametrize(
    ("fault", "status", "began", "is_excused"),
    [(KILL, 0, 11, True), (KILL, 502, 11, True), (KILL, 500, 11, False), (KILL, 0, 5, False), (KILL, 0, 25, False),
     (LOCK, 0, 11, False)],
)  # fmt: skip
def test_of_a_kill_what_was_under_way_may_fail_but_not_with_a_500(fault, status, began, is_excused):
    windows = [Window(fault, 10, 20)]
    assert load.is_of(answer(status, began=began, ended=began + 1), windows) == is_excused


@pytest.fixture
def lab(tmp_path):
    (tmp_path / "var").mkdir()
    with closing(sqlite3.connect(tmp_path / "var" / "journal.sqlite3")) as journal:
        journal.execute("CREATE TABLE journal_entry (server, visitor, kind, content)")
    servers = {"identity": 0, "site_a": 1, "site_b": 2, "inspector": 3}
    return SimpleNamespace(
        state=tmp_path, settings={}, port=8000, servers=servers, origin=lambda name: f"http://{name}.localhost"
    )


def record(lab, visitor="v1", agent="load/anna"):
    content = {"method": "GET", "path": PATH, "headers": {"User-Agent": agent}}
    with closing(sqlite3.connect(lab.state / "var" / "journal.sqlite3")) as journal, journal:
        journal.execute(
            "INSERT INTO journal_entry VALUES ('identity', ?, 'exchange', ?)", [visitor, json.dumps(content)]
        )


def test_a_request_that_was_answered_and_has_no_entry_is_a_gap(lab):
    record(lab)
    assert load.in_the_journal(lab, [answer()], []) == ([], [])
    gaps, _ = load.in_the_journal(lab, [answer(), answer(503)], [])
    assert gaps == [f"identity load/anna GET {PATH}"]
    assert load.in_the_journal(lab, [answer(), answer(0)], [])[0] == []


def test_what_a_process_took_with_it_when_it_was_killed_is_none(lab):
    windows = [Window(KILL, 10, 20)]
    assert load.in_the_journal(lab, [answer(ended=9.5)], windows)[0] == []
    assert len(load.in_the_journal(lab, [answer(ended=5)], windows)[0]) == 1
    assert len(load.in_the_journal(lab, [answer(ended=9.5, server="site_a")], windows)[0]) == 1


def test_two_browsers_under_one_visitor_are_mixed_up(lab):
    record(lab)
    record(lab, agent="load/ben")
    answers = [answer(), answer(agent="load/ben")]
    assert load.in_the_journal(lab, answers, []) == ([], ["v1: ['load/anna', 'load/ben']"])


def test_what_names_somebody_else_is_mixed_up(lab):
    notes = Notes()
    browser = Browser(lab, "anna", "load/anna", notes)
    browser.check_is_own("GET /", "Here you are <strong>anna</strong> marker-of-anna-3 load/anna")
    assert notes.mixed == []
    browser.check_is_own("GET /", "marker-of-ben-3")
    assert notes.mixed == ["GET /: ben is shown to anna"]


class Shop(Browser):
    """Site B for one person, who is signed in: a cart of so many."""

    number = 0
    takes = True

    def go(self, url, form=None):
        page = f'Ink, black</th><td>{self.number}</td><td><form method="post" action="/cart/remove/'
        return Page(url, 200, f"Here you are <strong>anna</strong> {page if self.number else ''}")

    def post(self, page, path, **typed):
        self.number += self.takes
        return Page(page.url, 302 if self.takes else 503, "")


@pytest.fixture
def anna(lab):
    anna = Person(lab, "anna", Notes())
    anna.browser = Shop(lab, "anna", "load/anna", anna.notes)
    anna.kept["site_b"] = {"0"}
    return anna


def test_what_was_acknowledged_and_is_gone_is_lost(anna):
    anna.add_to_cart()
    anna.look_at("site_b")
    assert anna.notes.lost == []
    anna.browser.number = 0
    anna.look_at("site_b")
    assert anna.notes.lost == ["site_b shows anna '0', not one of ['1']"]


@pytest.mark.parametrize("number", [0, 1])
def test_what_was_not_acknowledged_may_be_there_or_not(anna, number):
    anna.browser.takes = False
    anna.add_to_cart()
    anna.browser.number = number
    anna.look_at("site_b")
    assert anna.notes.lost == []
    assert anna.kept["site_b"] == {str(number)}


def test_it_fails_if_anything_is_there_that_must_not_be(capsys):
    assert load.show_what_must_be_0({"mixed up": [], "never in": []}) == 0
    assert load.show_what_must_be_0({"mixed up": [], "never in": ["anna", "anna"]}) == 1
    assert "2 x anna" in capsys.readouterr().out
