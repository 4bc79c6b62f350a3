"""Small files that only their owner may read, whole whenever somebody reads them."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from session_inspector import private_file

TEXTS = [letter * 100_000 for letter in "ab"]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file"


def test_a_file_is_made_at_the_first_call_and_kept(path):
    assert private_file.read_or_make(path, lambda: "first") == "first"
    assert private_file.read_or_make(path, lambda: "second") == "first"
    assert path.read_text() == "first"


def test_only_its_owner_may_read_it(path):
    private_file.read_or_make(path, lambda: "made")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    private_file.replace(path, "replaced")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_of_many_who_make_it_at_the_same_instant_all_get_the_text_of_one(path):
    """That they may be processes, too: tests/lab/test_state.py."""
    everybody_has_seen_that_there_is_none = Barrier(8)

    def ask(text):
        def make():
            everybody_has_seen_that_there_is_none.wait(timeout=10)
            return text

        return private_file.read_or_make(path, make)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, map(str, range(8))))
    assert answers == {path.read_text()}
    assert list(path.parent.iterdir()) == [path]  # no draft stays behind


def test_one_that_is_replaced_is_whole_at_any_instant(path):
    private_file.replace(path, TEXTS[0])
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [private_file.replace(path, TEXTS[n % 2]) for n in range(200)])
        while not writing.done():
            assert private_file.read_or_make(path, lambda: "nobody makes another") in TEXTS
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_error_that_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        private_file.read_or_make(tmp_path / "none" / "file", lambda: "text")


WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from session_inspector import private_file
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    private_file.replace(Path(sys.argv[1]), "second")
except OSError as error:
    print(error.strerror)
"""


def test_without_room_the_old_text_stays_and_no_draft(path):
    private_file.replace(path, "first")
    done = subprocess.run([sys.executable, "-c", WITHOUT_ROOM, path], capture_output=True, text=True, check=True)
    assert done.stdout == "File too large\n"
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert path.read_text() == "first"
