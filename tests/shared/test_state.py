import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.lab import ROOT, Lab


def ask(arguments):
    folder, name = arguments
    script = f"from shared.state import secret; print(secret({name!r}), end='')"
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


def test_reset_removes_what_the_lab_made_and_nothing_else(tmp_path):
    lab = Lab(tmp_path)
    lab.manage("site_a", "migrate", "-v", "0")
    folder = tmp_path / "var"
    (folder / "notes.txt").write_text("mine")
    assert (folder / "site_a.sqlite3").exists()
    assert lab.run(f"{sys.executable} -m shared.state").wait() == 0
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_a_state_folder_that_cannot_be_used_is_refused_in_one_line(tmp_path):
    (tmp_path / "var").write_text("a file")
    lab = Lab(tmp_path)
    assert lab.run(f"{sys.executable} site_a/manage.py runserver").wait() == 1
    assert lab.output.splitlines()[1:] == [
        f"The state folder cannot be used (LAB_STATE): {tmp_path / 'var'}: File exists."
    ]
