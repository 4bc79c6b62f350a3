"""``python -m lab.scenarios new NAME``: what it writes is a scenario at once, and its test passes."""

import subprocess
import sys

import pytest

from lab.scenarios.__main__ import USAGE, write
from tests.processes import ROOT


def test_what_it_writes_is_a_scenario_whose_check_says_what_its_test_says(tmp_path):
    module, test = write("my_own", tmp_path, tmp_path)
    assert (module.name, test.name) == ("my_own.py", "test_my_own.py")
    found: dict[str, object] = {}
    exec(compile(module.read_text(), str(module), "exec"), found)
    scenario = found["SCENARIO"]
    assert (scenario.name, scenario.title) == ("my_own", "My own")
    compile(test.read_text(), str(test), "exec")


@pytest.mark.parametrize("name", ["", "Mine", "my-own", "1st", "class", "../x", "a b"])
def test_what_is_no_name_of_a_module_is_refused(tmp_path, name):
    with pytest.raises(SystemExit, match="NAME is a name of Python"):
        write(name, tmp_path, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    write("my_own", tmp_path, tmp_path)
    with pytest.raises(SystemExit, match="already"):
        write("my_own", tmp_path, tmp_path)


@pytest.mark.parametrize("arguments", [[], ["new"], ["old", "x"], ["new", "cookie_clash"], ["new", "a", "b"]])
def test_other_words_are_answered_by_how_it_is_used(arguments):
    command = [sys.executable, "-m", "lab.scenarios", *arguments]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr.strip()) == (1, USAGE)
