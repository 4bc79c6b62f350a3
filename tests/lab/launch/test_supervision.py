"""When a process of the lab starts anew."""

import pytest

from lab import runs
from lab.launch import supervision


@pytest.fixture
def started(settings, state_without_runs, monkeypatch):
    """How often the process has started anew; nobody waits."""
    started = []
    settings.RUN = runs.begin("session_stores", "cache", {})
    monkeypatch.setattr(supervision, "start_anew", lambda: started.append(True))
    return started


def test_with_another_run(started, settings, monkeypatch):
    monkeypatch.setattr(supervision.time, "sleep", lambda seconds: runs.end())
    supervision.wait_for_another_run(settings.RUN, "site_a")
    assert started == [True]


def test_when_it_is_asked_to_in_the_same_run(started, settings, monkeypatch):
    slept = []
    monkeypatch.setattr(supervision.time, "sleep", slept.append)
    runs.ask_to_start_anew("site_a")
    supervision.wait_for_another_run(settings.RUN, "site_a")
    assert started == [True]
    assert runs.current() == settings.RUN
    assert slept[-1] >= 1  # the answer to who asked gets out first
