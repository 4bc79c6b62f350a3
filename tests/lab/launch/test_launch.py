"""Why a lab cannot start: one line, and nothing is changed."""

import socket
import subprocess
import sys

import pytest

from lab.launch import ports
from lab.launch.__main__ import refusal
from lab.state import IN_USE, STATE, running
from tests.processes import ROOT, free_ports


@pytest.fixture
def taken():
    """A port at which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def files():
    return {path: path.stat().st_mtime_ns for path in STATE.rglob("*")}


def test_nothing_is_in_the_way(monkeypatch):
    first = free_ports()
    monkeypatch.setattr(ports, "ports_of_servers", lambda: [first, first + 1])
    assert refusal() == ""


def test_a_state_folder_in_use_is_the_reason_and_comes_first(monkeypatch, taken):
    monkeypatch.setattr(ports, "ports_of_servers", lambda: [taken])
    with running("identity"):
        before = files()
        assert refusal() == IN_USE
        assert files() == before


def test_a_port_in_use_is_named_with_a_way_out(monkeypatch, taken):
    monkeypatch.setattr(ports, "ports_of_servers", lambda: [taken])
    before = files()
    assert refusal().startswith(f"Port {taken} is in use.")
    assert "LAB_PORT=" in refusal()
    assert refusal().count("\n") == 0
    assert files() == before


def test_it_ends_with_that_line_and_starts_nothing(tmp_path, taken):
    environment = {"LAB_STATE": str(tmp_path / "var"), "LAB_PORT": str(taken), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "lab.launch"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Port {taken} is in use. ")
    assert done.stderr.count("\n") == 1
    assert list((tmp_path / "var").iterdir()) == []
