"""Which run is under way, as the file in the state folder says it."""

import json

import pytest

from lab import runs
from lab.runs import Run
from lab.servers import IDENTITY, INSPECTOR, SITE_B
from lab.staging.hosts import ONE_HOST


@pytest.fixture(autouse=True)
def state_folder(state_without_runs):
    return state_without_runs


def test_without_a_file_the_run_is_the_usual_one():
    assert runs.current() == Run()
    assert runs.current().is_usual
    assert runs.current().mark == ""


def test_each_run_has_a_number_of_its_own_and_the_usual_one_has_no_mark():
    first = runs.begin("cookie_clash", "path", {})
    assert (runs.current(), first.mark) == (first, "1")
    second = runs.begin("cookie_clash", "path", {})
    assert (runs.current(), second.mark) == (second, "2")
    usual = runs.end()
    assert runs.current() == usual
    assert (usual.is_usual, usual.mark, usual.number) == (True, "", 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"run"',
        '{"number": 1, "colour": "red"}',
        '{"number": "1", "scenario": "x", "stage": "y"}',
        '{"number": 1, "scenario": 7, "stage": "y"}',
        '{"number": 1, "scenario": "x", "stage": "y", "hosts": []}',
        '{"number": 1, "scenario": "x", "stage": "y", "provider": 1}',
        '{"number": 1, "scenario": "x", "stage": "y", "hosts": {"site_a": 1}}',
    ],
)
def test_a_file_that_names_no_run_is_the_usual_run_and_a_new_one_can_begin(state_folder, text):
    (state_folder / "run.json").write_text(text)
    assert runs.current() == Run()
    assert runs.begin("cookie_clash", "path", {}) == runs.current()


def test_a_number_is_never_given_twice_though_the_file_that_counts_is_lost(state_folder):
    runs.begin("cookie_clash", "path", {})
    runs.begin("cookie_clash", "path", {})
    (state_folder / "run.json").unlink()
    assert runs.begin("cookie_clash", "path", {}).number == 3


def test_the_file_is_whole_and_only_the_owner_can_read_it(state_folder):
    runs.begin("cookie_clash", "path", ONE_HOST)
    file = state_folder / "run.json"
    assert json.loads(file.read_text())["hosts"] == dict(ONE_HOST)
    assert file.stat().st_mode & 0o077 == 0


def test_a_run_begins_with_copies_of_the_fresh_databases(state_folder):
    runs.fresh_database("site_a").write_text("fresh")
    run = runs.begin("cookie_clash", "path", {})
    assert runs.database_of("site_a", run).read_text() == "fresh"
    runs.database_of("site_a", run).write_text("used")
    again = runs.begin("cookie_clash", "path", {})
    assert runs.database_of("site_a", again).read_text() == "fresh"


def test_databases_of_runs_before_the_last_are_deleted(state_folder):
    for _ in range(4):
        runs.begin("cookie_clash", "path", {})
    assert sorted(one.name for one in (state_folder / "runs").iterdir()) == ["3", "4", "fresh"]


def test_a_server_is_ready_for_the_run_for_which_it_has_started():
    first = runs.begin("cookie_clash", "path", {})
    assert not runs.is_ready("site_a")
    runs.note_ready("site_a", first)
    assert runs.is_ready("site_a")
    runs.end()
    assert not runs.is_ready("site_a")
    runs.note_ready("site_a", first)  # it does not know yet that this run is over
    assert not runs.is_ready("site_a")


def test_servers_have_the_hosts_of_the_run_and_the_inspector_keeps_its_own():
    assert SITE_B.origin == "http://site-b.localhost:8002"
    runs.begin("cookie_clash", "default_names", ONE_HOST)
    assert [one.origin for one in (IDENTITY, SITE_B)] == ["http://localhost:8000", "http://localhost:8002"]
    assert SITE_B.usual_host == "site-b.localhost"
    assert INSPECTOR.origin == "http://inspector.localhost:8003"
    runs.end()
    assert SITE_B.origin == "http://site-b.localhost:8002"
