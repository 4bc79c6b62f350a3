"""Where nothing is amiss the doctor finds nothing, and wherever it looks it changes nothing."""

from lab.doctor.checks import CHECKS
from tests.lab.doctor.examined import examine

TITLES = [title for title, _ in CHECKS]


def files(folder):
    """Each with the time of its last change; SQLite's index of a log is renewed by whoever reads the log."""
    return {path: path.suffix == ".sqlite3-shm" or path.stat().st_mtime_ns for path in folder.rglob("*")}


def lines_of_checks(done):
    return done.stdout.splitlines()[2:]


def test_before_the_first_start_nothing_is_amiss_and_nothing_is_made(cold_lab):
    done = examine(cold_lab)
    assert (done.returncode, done.stderr) == (0, "")
    assert "not there yet: make run makes it" in done.stdout
    assert lines_of_checks(done) == [f"ok     {title}" for title in TITLES]
    assert not (cold_lab.state / "var").exists()


def test_an_empty_state_folder_stays_empty(cold_lab):
    (cold_lab.state / "var").mkdir()
    assert examine(cold_lab).returncode == 0
    assert files(cold_lab.state / "var") == {}


def test_a_lab_that_was_started_once_is_well_and_stays_as_it_is(started_before):
    before = files(started_before.state / "var")
    done = examine(started_before)
    assert lines_of_checks(done) == [f"ok     {title}" for title in TITLES]
    assert (done.returncode, done.stderr) == (0, "")
    assert files(started_before.state / "var") == before


def test_a_lab_that_runs_is_well(watched_lab):
    done = examine(watched_lab)
    assert lines_of_checks(done) == [f"ok     {title}" for title in TITLES]
    assert (done.returncode, done.stderr) == (0, "")
