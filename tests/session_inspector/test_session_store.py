"""Which of Django's engines keeps the sessions, whatever module it is named by."""

import sys
from types import ModuleType

import pytest
from django.contrib.sessions.backends.base import SessionBase

from session_inspector.journal.schema import Store
from session_inspector.session_store import ENGINES, STORES, engine, store, stored_as


@pytest.mark.parametrize("name", ["db", "cached_db", "cache", "file", "signed_cookies"])
def test_each_of_djangos_is_known(settings, name):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{name}"
    assert engine() == name
    assert store().__module__ == settings.SESSION_ENGINE
    assert stored_as() is STORES[name]


@pytest.mark.parametrize("name", ENGINES)
def test_one_that_is_made_from_one_of_them_counts_as_that(settings, monkeypatch, name):
    module = ModuleType("engine_of_a_project")
    module.SessionStore = type("SessionStore", (ENGINES[name],), {})
    monkeypatch.setitem(sys.modules, "engine_of_a_project", module)
    settings.SESSION_ENGINE = "engine_of_a_project"
    assert engine() == name


def test_one_that_is_made_from_none_is_named_by_its_path(settings, monkeypatch):
    module = ModuleType("engine_of_a_project")
    module.SessionStore = type("SessionStore", (SessionBase,), {})
    monkeypatch.setitem(sys.modules, "engine_of_a_project", module)
    settings.SESSION_ENGINE = "engine_of_a_project"
    assert engine() == "engine_of_a_project"
    assert stored_as() is Store.OTHER
