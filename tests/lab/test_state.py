import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from lab.state import replace_secret, secret, secret_path
from tests.processes import ROOT, Lab


def ask(arguments):
    folder, name = arguments
    script = f"from lab.state import secret; print(secret({name!r}), end='')"
    return subprocess.check_output(
        [sys.executable, "-c", script], cwd=ROOT, env={"LAB_STATE": folder, "PATH": ""}, text=True
    )


def test_processes_that_ask_at_the_same_instant_get_the_same_secret(tmp_path):
    with ThreadPoolExecutor(12) as pool:
        for n in range(3):
            answers = list(pool.map(ask, [(str(tmp_path / "new"), f"secret-{n}")] * 12))
            assert len(set(answers)) == 1
            assert len(answers[0]) == 64
    assert len(list((tmp_path / "new" / "secrets").iterdir())) == 3  # no draft stays behind


def test_a_secret_that_is_replaced_is_whole_at_any_instant_and_stays_readable_by_its_owner_only():
    texts = [letter * 100_000 for letter in "ab"]
    replace_secret("replaced", texts[0])
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(lambda: [replace_secret("replaced", texts[n % 2]) for n in range(200)])
        while not writing.done():
            assert secret("replaced") in texts
    path = secret_path("replaced")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [file for file in path.parent.iterdir() if file.name.startswith("tmp")]


def test_reset_removes_what_the_lab_made_and_nothing_else(tmp_path):
    lab = Lab(tmp_path)
    lab.manage("site_a", "migrate", "-v", "0")
    folder = tmp_path / "var"
    (folder / "notes.txt").write_text("mine")
    assert (folder / "site_a.sqlite3").exists()
    assert lab.run(f"{sys.executable} -m lab.state").wait() == 0
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_state_folder_that_cannot_be_used_is_refused_in_one_line(tmp_path):
    (tmp_path / "var").write_text("a file")
    lab = Lab(tmp_path)
    assert lab.run(f"{sys.executable} site_a/manage.py runserver").wait() == 1
    assert lab.output.splitlines()[1:] == [
        f"The state folder cannot be used (LAB_STATE): {tmp_path / 'var'}: File exists."
    ]
