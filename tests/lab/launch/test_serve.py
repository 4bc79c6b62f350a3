"""The server behind a proxy: what its lines do not tell, and how many it serves at the same time."""

import logging

import pytest
from gunicorn.config import Config

from lab.launch.management.commands.serve import THREADS, Gunicorn, Log
from lab.servers import INSPECTOR, SITE_A
from session_inspector.inspector.live.watch import MAX_LISTENERS

NAME = f"{'0a1b' * 4}.{'Ab1_' * 10}xyz"


@pytest.fixture
def log():
    config = Config()
    config.set("accesslog", "-")
    made = Log(config)
    yield made
    for one in (made.error_log, made.access_log):
        one.handlers.clear()


def test_no_line_has_the_private_name_of_an_address(log):
    for one in (log.error_log, log.access_log):
        (handler,) = [handler for handler in one.handlers if getattr(handler, "_gunicorn", False)]  # its own mark
        line = handler.format(logging.makeLogRecord({"msg": f"GET /{NAME}/ladder/", "levelname": "INFO"}))
        assert line.endswith("/ladder/")
        assert NAME.partition(".")[2] not in line


@pytest.mark.parametrize(("server", "threads"), [(SITE_A, THREADS), (INSPECTOR, THREADS + MAX_LISTENERS)])
def test_those_who_listen_leave_threads_for_others(settings, server, threads):
    settings.SERVER = server
    assert Gunicorn(1, lock=None).cfg.threads == threads
