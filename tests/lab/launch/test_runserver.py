"""The server that ``make run`` starts."""

import os
import socket
from contextlib import ExitStack

import pytest

from lab import runs
from lab.launch import helpers, in_turn
from lab.launch.http_server import HTTPServer
from lab.launch.management.commands.runserver import Command
from lab.servers import SITE_A, SITE_B


def test_who_comes_in_a_crowd_is_not_turned_away():
    with HTTPServer(("127.0.0.1", 0), None) as server, ExitStack() as waiting:
        for _ in range(100):  # nobody is let in meanwhile
            waiting.enter_context(socket.create_connection(server.server_address, timeout=0.5))


@pytest.fixture
def started(monkeypatch, state_without_runs):
    """What was started beside the server: each with its command and its sockets."""
    started = []
    monkeypatch.setattr(helpers, "start", lambda command, sockets=(): started.append((command, sockets)))
    return started


@pytest.mark.parametrize(
    ("server", "stage", "number"),
    [
        (SITE_B, ("two_workers", "memory"), 2),
        (SITE_A, ("two_workers", "memory"), 0),
        (SITE_B, ("leaving", "closed"), 0),
    ],
)
def test_a_stage_may_let_two_processes_serve_a_server(started, settings, server, stage, number):
    settings.SERVER, settings.RUN = server, runs.begin(*stage, {})
    assert (Command().handler_of_stage() is not None) == (number > 0)
    assert len(started) == number


def test_in_the_usual_run_it_is_one(started, settings):
    assert settings.RUN.is_usual
    assert Command().handler_of_stage() is None
    assert started == []


def test_who_comes_before_a_process_is_ready_waits(monkeypatch):
    kept = []
    monkeypatch.setattr(helpers, "start", lambda command, sockets: kept.append(socket.socket(fileno=os.dup(*sockets))))
    port = in_turn.start_process()
    with kept[0], socket.create_connection(("127.0.0.1", port), timeout=0.5):
        pass  # nobody has let it in, and it was not turned away
