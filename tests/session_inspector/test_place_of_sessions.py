"""Where sessions are kept, in words that tell two places apart, and have no password in them."""

import pytest

from session_inspector.place_of_sessions import cache, cut, database, place_of_sessions

SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/shop/db.sqlite3", "HOST": "", "PORT": ""}
POSTGRES = {
    "ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.example", "PORT": "5433",
    "USER": "anna", "PASSWORD": "hunter2",
}  # fmt: skip


def test_a_file_is_named_with_its_folder():
    assert database(SQLITE).startswith("shop/db.sqlite3#")
    assert database(SQLITE) == database(SQLITE)
    assert database(SQLITE) != database(SQLITE | {"NAME": "/home/shop/db.sqlite3"})


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (POSTGRES, "shop at db.example:5433"),
        (POSTGRES | {"HOST": "", "PORT": ""}, "shop at this machine"),
    ],
)
def test_a_database_server_is_named_without_who_asks_it(said, words):
    assert database(said) == words


def test_a_cache_is_named_without_its_address_which_may_have_a_password():
    said = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://anna:hunter2@localhost"}
    assert cache(said).startswith("RedisCache#")
    assert "hunter2" not in cache(said)
    assert cache(said) != cache(said | {"LOCATION": "redis://localhost"})


@pytest.mark.parametrize(
    ("engine", "begins"),
    [
        ("db", "database default, "),
        ("cached_db", "database default, "),
        ("cache", "cache default, LocMemCache#"),
        ("file", "folder tmp/sessions#"),
        ("signed_cookies", ""),
    ],
)
def test_each_engine_has_its_place(settings, engine, begins):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = "/tmp/sessions"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.SESSION_CACHE_ALIAS = "default"
    assert place_of_sessions().startswith(begins)
    assert bool(place_of_sessions()) is bool(begins)


def test_two_folders_that_end_alike_differ(tmp_path):
    assert cut(tmp_path / "a" / "x") != cut(tmp_path / "b" / "a" / "x")
