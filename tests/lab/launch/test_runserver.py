"""The server that ``make run`` starts."""

import os
import socket
from contextlib import ExitStack

import pytest

from lab import runs
from lab.launch import helpers, in_turn
from lab.launch.http_server import HTTPServer
from lab.launch.management.commands.runserver import Command, serving_under_way
from lab.servers import SITE_A, SITE_B
from lab.staging.serving import BehindNginx, InTurn, InTurnWithRedis, redis_socket


def test_who_comes_in_a_crowd_is_not_turned_away():
    with HTTPServer(("127.0.0.1", 0), None) as server, ExitStack() as waiting:
        for _ in range(100):  # nobody is let in meanwhile
            waiting.enter_context(socket.create_connection(server.server_address, timeout=0.5))


@pytest.fixture
def started(monkeypatch):
    """What was started beside the server: each with its command and its sockets."""
    started = []
    monkeypatch.setattr(helpers, "start", lambda command, sockets=(): started.append((command, sockets)))
    return started


@pytest.mark.parametrize(
    ("server", "stage", "serving"),
    [
        (SITE_B, ("two_workers", "memory"), InTurn()),
        (SITE_A, ("two_workers", "memory"), None),
        (SITE_B, ("leaving", "closed"), None),
        (SITE_B, ("behind_a_proxy", "loop"), BehindNginx()),
    ],
)
def test_a_stage_says_how_a_server_is_served(settings, state_without_runs, server, stage, serving):
    settings.SERVER, settings.RUN = server, runs.begin(*stage, {})
    assert serving_under_way() == serving


def test_in_the_usual_run_it_is_served_as_usual(settings):
    assert settings.RUN.is_usual
    assert serving_under_way() is None


def test_two_processes_are_started_where_a_server_is_served_by_them(started):
    command = Command()
    command.serving = InTurn()
    assert isinstance(command.get_handler(), in_turn.InTurn)
    assert len(started) == 2


def test_a_redis_beside_them_listens_for_this_lab_only_and_keeps_nothing_on_the_disk(started):
    command = Command()
    command.serving = InTurnWithRedis()
    command.get_handler()
    redis, _ = started[2]
    assert redis[1:5] == ["--port", "0", "--unixsocket", str(redis_socket())]
    assert redis[redis.index("--save") + 1] == ""
    assert redis[redis.index("--appendonly") + 1] == "no"


def test_who_comes_before_a_process_is_ready_waits(monkeypatch):
    kept = []
    monkeypatch.setattr(helpers, "start", lambda command, sockets: kept.append(socket.socket(fileno=os.dup(*sockets))))
    port = in_turn.start_process()
    with kept[0], socket.create_connection(("127.0.0.1", port), timeout=0.5):
        pass  # nobody has let it in, and it was not turned away
