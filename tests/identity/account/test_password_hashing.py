"""How many passwords are hashed at the same time, and what becomes of the others."""

import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest
from django.contrib.auth import hashers

from identity.account import password_hashing
from identity.account.password_hashing import Places
from lab.web.busy import Busy


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def hashing(monkeypatch, pool):
    """Two places, where a password is hashed until ``go_on`` is set; for one more there is room to wait."""
    hashing = Hashing()
    monkeypatch.setattr(password_hashing, "places", Places(number=2, waiting=1, timeout=60))
    monkeypatch.setattr(hashers.PBKDF2PasswordHasher, "encode", hashing.encode)
    yield hashing
    hashing.go_on.set()


class Hashing:
    def __init__(self):
        self.began = threading.Semaphore(0)
        self.go_on = threading.Event()

    def encode(self, password, salt, iterations=None):
        self.began.release()
        assert self.go_on.wait(60)
        return f"hash of {password}"


def hashed(password):
    return password_hashing.PBKDF2PasswordHasher().encode(password, "salt")


def test_who_finds_no_place_waits_for_one_and_who_finds_no_room_to_wait_is_told(hashing, pool):
    four = [pool.submit(hashed, "password") for _ in range(4)]
    (told,) = wait(four, 60, FIRST_COMPLETED).done
    assert isinstance(told.exception(), Busy)
    for _ in range(2):
        assert hashing.began.acquire(timeout=60)
    assert not hashing.began.acquire(blocking=False)
    hashing.go_on.set()
    assert [one.result(60) for one in four if one != told] == ["hash of password"] * 3
    assert hashed("another") == "hash of another"


def test_who_waits_for_too_long_is_told(hashing, pool, monkeypatch):
    monkeypatch.setattr(password_hashing, "places", Places(number=1, waiting=1, timeout=0))
    first = pool.submit(hashed, "password")
    assert hashing.began.acquire(timeout=60)
    with pytest.raises(Busy):
        hashed("another")
    hashing.go_on.set()
    assert first.result(60) == "hash of password"
    assert hashed("another") == "hash of another"


def test_the_passwords_of_people_are_hashed_in_places_and_the_secrets_of_clients_are_not(monkeypatch, settings):
    monkeypatch.setattr(password_hashing, "places", Places(number=0, waiting=0, timeout=0))
    with pytest.raises(Busy):
        hashers.make_password("alice")
    secret = hashers.make_password("a secret of a client", hasher="sha256_of_random")
    assert hashers.check_password("a secret of a client", secret)


def test_what_was_hashed_before_still_fits():
    by_django = hashers.PBKDF2PasswordHasher().encode("alice", "salt", 1000)
    assert password_hashing.PBKDF2PasswordHasher().verify("alice", by_django)
