"""Starting, ending and resetting the lab."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.browser.person import Person, resolve_to_loopback
from tests.processes import PROCFILE, ROOT, SERVERS, WAIT_TIMEOUT, Lab, is_free


@pytest.fixture
def honcho(cold_lab):
    """``honcho start`` as a person runs it: the process, and a way to wait for a line of its output."""
    process = cold_lab.processes["honcho"] = cold_lab.run("exec honcho start", "honcho")

    def wait_for(line):
        deadline = time.monotonic() + 60
        while not re.search(line, cold_lab.output):
            assert time.monotonic() < deadline, cold_lab.output
            time.sleep(0.05)

    return process, wait_for


@pytest.mark.slow
def test_ten_fresh_starts_of_all_processes_at_once(tmp_path, monkeypatch):
    resolve_to_loopback(monkeypatch, "localhost")
    for n in range(10):
        lab = Lab(tmp_path / str(n))
        try:
            lab.start()
            alice = Person(lab, "alice")
            alice.sign_in("site_a")
            alice.sign_in("site_b")
            assert (alice.known_at("site_a"), alice.known_at("site_b")) == ("alice", "alice"), lab.output
            assert "Traceback" not in lab.output
        finally:
            lab.stop()


def test_once_everything_answers_one_line_says_what_to_open(cold_lab, honcho):
    _, wait_for = honcho
    wait_for("Ready")
    assert all(cold_lab.answers(server) for server in SERVERS)
    assert cold_lab.output.count("Ready. Open") == 1
    assert "one site to a browser" not in cold_lab.output  # as under LAB_DOMAIN=lab.test
    assert f"Open {cold_lab.origin('inspector')} (accounts: alice / alice" in cold_lab.output


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ending_it_ends_everything(cold_lab, honcho, how):
    process, wait_for = honcho
    wait_for("Ready")
    ports = [cold_lab.port + offset for offset in SERVERS.values()]
    assert not any(is_free(port) for port in ports)
    assert len(processes_of(cold_lab)) > len(ports)
    os.kill(process.pid, how)
    process.wait(timeout=20)
    assert all(is_free(port) for port in ports)
    assert processes_of(cold_lab) == []
    assert "Traceback" not in cold_lab.output


def test_closing_the_terminal_ends_everything_too(cold_lab, honcho):
    process, wait_for = honcho
    wait_for("Ready")
    os.killpg(process.pid, signal.SIGHUP)  # what a terminal sends when it is closed
    process.wait(timeout=20)
    _, alive = psutil.wait_procs(processes_of(cold_lab), timeout=20)
    assert alive == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ending_it_while_it_starts_ends_everything(cold_lab, how):
    process = cold_lab.processes["launch"] = cold_lab.run("exec python -m lab.launch", "launch")
    deadline = time.monotonic() + WAIT_TIMEOUT
    while not psutil.Process(process.pid).children():
        assert time.monotonic() < deadline, cold_lab.output
        time.sleep(0.001)
    os.killpg(process.pid, how)
    process.wait(timeout=20)
    assert processes_of(cold_lab) == []
    assert "Traceback" not in cold_lab.output


def test_killing_it_ends_everything_too(cold_lab):
    process = cold_lab.processes["launch"] = cold_lab.run("exec python -m lab.launch", "launch")
    deadline = time.monotonic() + WAIT_TIMEOUT
    while "Ready" not in cold_lab.output:
        assert time.monotonic() < deadline, cold_lab.output
        time.sleep(0.05)
    process.kill()
    _, alive = psutil.wait_procs(processes_of(cold_lab), timeout=20)
    assert alive == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_busy_port_ends_everything_with_one_line_that_names_it(cold_lab, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as other:
        other.bind((address, cold_lab.port + 1))
        other.listen()
        process = cold_lab.run("exec honcho start", "honcho")
        assert process.wait(timeout=60) not in (0, None)
    complaints = [line for line in cold_lab.output.splitlines() if "in use" in line]
    assert len(complaints) == 1
    assert f"Port {cold_lab.port + 1} is in use" in complaints[0]
    assert "LAB_PORT" in complaints[0]
    assert [line for line in cold_lab.output.splitlines() if "site_a.1" in line.partition("|")[0]] == complaints
    assert processes_of(cold_lab) == []


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="only Linux says what another process may open")
def test_a_shell_that_allows_few_open_files_does_not_hold_a_server_back(cold_lab):
    command = f"ulimit -Sn 256; {PROCFILE['identity']} --noreload"
    cold_lab.processes["identity"] = cold_lab.run(command, "identity")
    cold_lab.wait_for("identity")
    soft, _ = psutil.Process(cold_lab.processes["identity"].pid).rlimit(psutil.RLIMIT_NOFILE)
    assert soft > 256


def test_it_listens_on_loopback_only(watched_lab):
    for process in processes_of(watched_lab):
        for connection in process.net_connections("inet"):
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip in ("127.0.0.1", "::1")


def test_an_address_to_listen_on_is_not_taken(lab):
    refused = lab.run("exec python site_a/manage.py runserver 0.0.0.0:9999", "refused")
    assert refused.wait(timeout=20) == 1
    assert "LAB_ADDRESS the address: give neither here" in lab.output


def test_reset_waits_until_the_lab_has_ended(lab):
    refused = lab.run("exec python -m lab.reset", "reset")
    assert refused.wait(timeout=20) == 1
    assert "The lab is running" in lab.output
    assert (lab.state / "var" / "site_a.sqlite3").exists()
    lab.stop()
    assert lab.run("exec python -m lab.reset", "reset").wait(timeout=20) == 0
    assert list((lab.state / "var").iterdir()) == []


def test_the_servers_of_one_lab_prepare_one_state_folder_one_after_the_other(cold_lab):
    cold_lab.start()
    assert "Traceback" not in cold_lab.output
    assert all(cold_lab.answers(server) for server in SERVERS)


def test_a_second_lab_on_the_same_state_folder_is_one_line_and_changes_nothing(lab, tmp_path):
    second = Lab(tmp_path / "second")
    second.settings["LAB_STATE"] = str(lab.state / "var")
    before = everything_in(lab.state / "var")
    refused = second.run("exec python -m lab.launch", "refused")
    assert refused.wait(timeout=60) == 1
    assert len(second.output.splitlines()) == 2  # the name of the log, and
    assert f"A lab is running with {lab.state / 'var'} already." in second.output
    assert everything_in(lab.state / "var") == before
    for server in ("identity", "site_a"):  # each by itself, too
        refused = second.run(f"{PROCFILE[server]} --noreload", f"refused-{server}")
        assert refused.wait(timeout=60) == 1
    assert second.output.count("A lab is running with") == 3
    assert "Traceback" not in second.output
    assert all(lab.answers(server) for server in ("identity", "site_a", "site_b"))


def test_a_second_lab_on_the_same_ports_is_one_line_and_makes_nothing(lab, tmp_path):
    second = Lab(tmp_path / "second", port=lab.port)
    refused = second.run("exec python -m lab.launch", "refused")
    assert refused.wait(timeout=60) == 1
    assert len(second.output.splitlines()) == 2
    assert f"Port {lab.port} is in use." in second.output
    assert "Ready" not in second.output
    assert not list((second.state / "var").glob("*"))


def test_a_second_honcho_on_the_same_ports_never_says_ready(watched_lab, tmp_path):
    second = Lab(tmp_path / "second", port=watched_lab.port)
    refused = second.run("exec honcho start", "honcho")
    assert refused.wait(timeout=60) not in (0, None)
    assert "Ready" not in second.output
    hints = {line.partition("| ")[2] for line in second.output.splitlines() if "in use" in line}
    assert len({hint.partition("LAB_PORT=")[2] for hint in hints}) == 1
    assert all(watched_lab.answers(server) for server in SERVERS)


def test_ctrl_c_ends_make_run_without_an_error(cold_lab):
    installed = Path(sys.executable).parent.parent / "installed"  # as it is: this is no test of installing
    process = cold_lab.processes["make"] = cold_lab.run(f"exec make -o {installed} VENV={installed.parent} run", "make")
    deadline = time.monotonic() + WAIT_TIMEOUT
    while "Ready" not in cold_lab.output:
        assert time.monotonic() < deadline, cold_lab.output
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal sends to all that run in it
    process.wait(timeout=20)
    assert "Error" not in cold_lab.output
    assert "Traceback" not in cold_lab.output
    assert processes_of(cold_lab) == []


@pytest.fixture
def edited_lab(tmp_path, request):
    """A lab with code of its own, and site A as ``make run`` starts it: it watches its files."""
    root = tmp_path / "copy"
    for name in ("identity", "site_a", "site_b", "shared"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    lab = Lab(tmp_path / "lab", root=root)
    lab.settings["PYTHONPATH"] = f"{root}{os.pathsep}{root / 'shared'}"  # before what is installed
    lab.settings |= getattr(request, "param", {})
    lab.processes["site_a"] = lab.run(PROCFILE["site_a"], "site_a")
    try:
        lab.wait_for("site_a")
        yield lab
    finally:
        lab.stop()


def edit(lab: Lab, file: str, old: str, new: str) -> None:
    path = lab.root / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def wait_until(lab: Lab, condition: Callable[[], bool]) -> None:
    """Between two processes nobody answers."""
    deadline = time.monotonic() + WAIT_TIMEOUT
    while True:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if condition():
                return
        assert time.monotonic() < deadline, lab.output
        time.sleep(0.05)


def test_an_edit_shows_in_the_same_process_and_a_mistake_is_said_and_waits_for_the_next(edited_lab):
    lab = edited_lab
    edit(lab, "site_a/views.py", "from", "import nothing_of_that_name\nfrom")
    wait_until(lab, lambda: "No module named 'nothing_of_that_name'" in lab.output)
    edit(lab, "site_a/views.py", "import nothing_of_that_name\n", "if\n")
    wait_until(lab, lambda: "SyntaxError" in lab.output)
    edit(lab, "site_a/views.py", "if\n", "")
    wait_until(lab, lambda: status_of(lab, "site_a", "/") == 200)
    edit(lab, "site_a/settings.py", "SERVER = ", "if\nSERVER = ")
    wait_until(lab, lambda: lab.output.count("SyntaxError") == 2)
    edit(lab, "site_a/settings.py", "if\nSERVER = ", "SERVER = ")
    wait_until(lab, lambda: status_of(lab, "site_a", "/") == 200)
    assert lab.processes["site_a"].poll() is None  # it is the same one, as honcho sees it


def test_what_djangos_checks_find_waits_for_an_edit_too(edited_lab):
    lab = edited_lab
    edit(
        lab,
        "site_a/settings.py",
        "SESSION_COOKIE_NAME = ",
        "CSRF_FAILURE_VIEW = 'nothing.here'\nSESSION_COOKIE_NAME = ",
    )
    wait_until(lab, lambda: "security.E102" in lab.output)
    edit(lab, "site_a/settings.py", "CSRF_FAILURE_VIEW = 'nothing.here'\n", "")
    wait_until(lab, lambda: status_of(lab, "site_a", "/") == 200)


@pytest.mark.parametrize("edited_lab", [{}, {"WATCHFILES_FORCE_POLLING": "1"}], indirect=True)
def test_a_word_of_a_template_shows_as_soon_as_it_is_saved(edited_lab):
    lab = edited_lab
    assert "No such page" in page_of(lab, "site_a", "/nothing/")
    edit(lab, "shared/lab/web/templates/404.html", "No such page", "Moved by an edit")
    wait_until(lab, lambda: "Moved by an edit" in page_of(lab, "site_a", "/nothing/"))


def test_an_edit_that_names_another_database_prepares_that_one_too(edited_lab):
    lab = edited_lab
    path = lab.state / "var" / "second.sqlite3"
    edit(
        lab,
        "site_a/settings.py",
        "SESSION_COOKIE_NAME = ",
        f"DATABASES['default']['NAME'] = '{path}'\nSESSION_COOKIE_NAME = ",
    )
    # That page stores a session: its table is there.
    wait_until(lab, lambda: path.exists() and status_of(lab, "site_a", "/begin/value/") == 200)


def test_what_watches_ends_with_honcho_though_its_code_cannot_be_loaded(edited_lab):
    lab = edited_lab
    lab.stop()
    (lab.root / "Procfile").write_text(f"site_a: {PROCFILE['site_a']}\n")
    honcho = lab.processes["honcho"] = lab.run("exec honcho start", "honcho")
    wait_until(lab, lambda: lab.answers("site_a"))
    edit(lab, "site_a/views.py", "from", "if\nfrom")
    wait_until(lab, lambda: "SyntaxError" in lab.output)
    os.killpg(honcho.pid, signal.SIGHUP)
    honcho.wait(timeout=20)
    _, alive = psutil.wait_procs(processes_of(lab), timeout=20)
    assert alive == []


def test_the_terminal_has_no_line_for_each_look_of_the_inspector(watched_lab):
    for path in ("/", "/ladder/"):
        assert status_of(watched_lab, "inspector", path) == 200
    assert "GET /" not in (watched_lab.state / "inspector.log").read_text()


def status_of(lab: Lab, server: str, path: str) -> int:
    return answer_of(lab, server, path)[0]


def page_of(lab: Lab, server: str, path: str) -> str:
    return answer_of(lab, server, path)[1]


def answer_of(lab: Lab, server: str, path: str) -> tuple[int, str]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", lab.port + SERVERS[server], timeout=20)) as asked:
        asked.request("GET", path, headers={"Host": lab.origin(server).removeprefix("http://")})
        answer = asked.getresponse()
        return answer.status, answer.read().decode()


def everything_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".lock"}


def processes_of(lab):
    """The processes that have this lab's ports in their environment, whatever became of their parents."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("LAB_PORT") == str(lab.port):
                found.append(process)
    return found


def test_ending_what_make_run_started_ends_everything(cold_lab):
    process = cold_lab.processes["launch"] = cold_lab.run("exec python -m lab.launch", "launch")
    deadline = time.monotonic() + WAIT_TIMEOUT
    while "Ready" not in cold_lab.output:
        assert time.monotonic() < deadline, cold_lab.output
        time.sleep(0.05)
    process.terminate()  # this process only, as an editor's Stop does
    process.wait(timeout=20)
    _, alive = psutil.wait_procs(processes_of(cold_lab), timeout=20)
    assert alive == []
