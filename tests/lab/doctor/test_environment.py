"""The virtual environment is looked at without one: it may be missing, or broken in several ways."""

import os
import subprocess
import sys

import pytest

from lab.doctor.environment import findings
from tests.processes import ROOT

SOUND = f'exec "{sys.executable}" "$@"'
ELSEWHERE = 'case "$2" in -c) echo /another/shared/lab;; esac'
WITHOUT_A_PACKAGE = f'case "$2" in -c) {SOUND};; *) exit 1;; esac'


def environment_in(folder, python, is_complete=True):
    """A virtual environment whose Python is that script."""
    (folder / "bin").mkdir(parents=True)
    script = folder / "bin" / "python"
    script.write_text(f"#!/bin/sh\n{python}\n")
    script.chmod(0o755)
    if is_complete:
        (folder / "installed").touch()
    return folder


def test_in_a_sound_one_nothing_is_found(tmp_path):
    assert list(findings(environment_in(tmp_path / "venv", SOUND))) == []


def test_one_that_is_missing_is_made_by_the_next_command(tmp_path):
    (finding,) = findings(tmp_path / "venv")
    assert (finding.what, finding.mend) == (f"There is no {tmp_path / 'venv'}.", "make run")


def test_a_python_that_is_too_old_to_make_one_is_named(tmp_path):
    old, missing = findings(tmp_path / "venv", (3, 9))
    assert (old.what, old.mend) == ("python3 is Python 3.9.", "make run PYTHON=python3.11")
    assert missing.mend == "make run"


@pytest.mark.parametrize(
    ("python", "is_complete", "why"),
    [
        (SOUND, False, "cut short"),
        ("exit 1", True, "does not start"),
        (ELSEWHERE, True, "the lab in another folder"),
        (WITHOUT_A_PACKAGE, True, "A package that the lab needs is missing"),
    ],
)
def test_a_broken_one_is_found_and_made_anew(tmp_path, python, is_complete, why):
    folder = environment_in(tmp_path / "venv", python, is_complete)
    (finding,) = findings(folder)
    assert why in finding.why
    assert finding.mend == f"rm -r {folder} && make run"


def test_one_without_its_python_is_found(tmp_path):
    folder = environment_in(tmp_path / "venv", SOUND)
    (folder / "bin" / "python").unlink()
    (finding,) = findings(folder)
    assert "does not start" in finding.why


def make_doctor(folder, state):
    environment = {"PATH": os.environ["PATH"], "LAB_STATE": str(state)}
    command = ["make", "--silent", "doctor", f"VENV={folder}", f"PYTHON={sys.executable}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_make_doctor_says_so_where_there_is_none_and_does_not_go_on(tmp_path):
    done = make_doctor(tmp_path / "venv", tmp_path / "var")
    assert done.returncode != 0
    assert done.stderr.startswith("FAULT  virtual environment\n\nwhat  There is no ")
    assert done.stdout == ""


def test_make_doctor_goes_on_where_there_is_one(tmp_path):
    done = make_doctor(environment_in(tmp_path / "venv", SOUND), tmp_path / "var")
    assert done.stdout.startswith(f"State folder  {tmp_path / 'var'}, not there yet")
