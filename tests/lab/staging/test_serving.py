"""What a stage with a proxy needs of the machine, and how that is said."""

from pathlib import Path

import pytest

from lab.scenarios import behind_a_proxy
from lab.staging import serving
from lab.staging.catalogue import asked_for
from lab.staging.serving import BehindNginx, InTurn, InTurnWithRedis


@pytest.fixture
def has_all(monkeypatch):
    monkeypatch.setattr(serving, "IS_HTTPS", True)
    monkeypatch.setattr(serving, "PROXIES", 0)
    monkeypatch.setattr(serving, "nginx", lambda: Path("/usr/sbin/nginx"))
    monkeypatch.setattr(serving, "is_own", lambda address: True)


@pytest.mark.usefixtures("has_all")
def test_where_all_is_there_nothing_is_missing():
    assert BehindNginx().missing == ()
    assert asked_for("behind_a_proxy")[1] == behind_a_proxy.SCENARIO.stages[0]


@pytest.mark.usefixtures("has_all")
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("IS_HTTPS", False, "`LAB_HTTPS=1 make run`"),
        ("PROXIES", 1, "`make run`"),
        ("IS_CLASS", True, "without `LAB_ADDRESS`"),
        ("nginx", lambda: None, "`apt-get install nginx`"),
        ("is_own", lambda address: address != "127.0.0.3", "`sudo ifconfig lo0 alias 127.0.0.2`"),
    ],
)
def test_what_is_missing_is_said_with_what_brings_it(monkeypatch, name, value, said):
    monkeypatch.setattr(serving, name, value)
    (missing,) = BehindNginx().missing
    assert said in missing
    with pytest.raises(SystemExit, match="The scenario behind_a_proxy needs what is not here"):
        asked_for("behind_a_proxy")


@pytest.mark.parametrize(("proxies", "number"), [(0, 0), (1, 1)])
def test_two_processes_need_only_that_there_is_no_proxy_already(monkeypatch, proxies, number):
    monkeypatch.setattr(serving, "PROXIES", proxies)
    assert len(InTurn().missing) == number


def test_an_address_is_ones_own_or_not():
    assert serving.is_own("127.0.0.1")
    assert not serving.is_own("192.0.2.1")  # RFC 5737: nobody's


def test_one_with_redis_says_what_is_not_there(monkeypatch):
    monkeypatch.setattr(serving, "PROXIES", 0)
    monkeypatch.setattr(serving, "redis_server", lambda: None)
    monkeypatch.setattr(serving, "find_spec", lambda name: None)
    monkeypatch.setattr(serving, "STATE", Path("/" + "x" * serving.LONGEST))
    server, client, path = InTurnWithRedis().missing
    assert "`apt-get install redis-server`" in server
    assert "`.venv/bin/pip install redis`" in client
    assert "`LAB_STATE`" in path


def test_where_redis_is_there_nothing_is_missing(monkeypatch):
    monkeypatch.setattr(serving, "PROXIES", 0)
    monkeypatch.setattr(serving, "redis_server", lambda: Path("/usr/bin/redis-server"))
    monkeypatch.setattr(serving, "find_spec", lambda name: name)
    monkeypatch.setattr(serving, "STATE", Path("/var/lab"))
    assert InTurnWithRedis().missing == ()
