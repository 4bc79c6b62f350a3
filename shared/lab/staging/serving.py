"""How a server is served in a stage, where that is not by one process of ``runserver`` that browsers ask themselves."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lab.programs import nginx, redis_server
from lab.servers import IS_CLASS, IS_HTTPS, PROXIES
from lab.state import STATE

PROXY = "127.0.0.2"  # the address from which nginx asks a server: one can tell it from that of a browser
ELSEWHERE = "127.0.0.3"  # that of somebody else
LONGEST = 107  # bytes of a socket's path (unix(7))
ALONE = "a lab for this machine alone: end this one, and start `make run` without `LAB_ADDRESS`"


@dataclass(frozen=True)
class InTurn:
    """By two processes of gunicorn."""

    now = "two processes of gunicorn"
    why = "They answer in turn, page by page. Files come from the first one."

    @property
    def missing(self) -> tuple[str, ...]:
        """What this lab would need, each in words; nothing where it has all."""
        return missing_of({ALONE: is_alone()})


@dataclass(frozen=True)
class InTurnWithRedis(InTurn):
    """By these, and a Redis beside them."""

    now = "two processes of gunicorn, and Redis"

    @property
    def missing(self) -> tuple[str, ...]:
        needed = {
            "Redis: on Debian, `apt-get install redis-server`": bool(redis_server()),
            "its client for Python: `.venv/bin/pip install redis`": bool(find_spec("redis")),
            "a shorter path of the state folder (`LAB_STATE`)": len(bytes(redis_socket())) <= LONGEST,
        }
        return (*super().missing, *missing_of(needed))


@dataclass(frozen=True)
class Header:
    """What nginx tells the server of a request. ``value`` is in the words of nginx."""

    name: str
    value: str
    why: str


@dataclass(frozen=True)
class BehindNginx:
    """By ``runserver`` over http, with nginx before it, which browsers ask over https."""

    headers: tuple[Header, ...] = ()

    now = "nginx over https, and runserver over http behind it"
    why = f"Certificates are the proxy’s business. It asks site B from the address {PROXY}."

    @property
    def missing(self) -> tuple[str, ...]:
        needed = {
            ALONE: is_alone(),
            "https: end the lab, and start it with `LAB_HTTPS=1 make run`": IS_HTTPS,
            "nginx: on Debian, `apt-get install nginx`": bool(nginx()),
            f"the address {PROXY}: on macOS, `sudo ifconfig lo0 alias {PROXY}`, and the same for {ELSEWHERE}": all(
                map(is_own, (PROXY, ELSEWHERE))
            ),
        }
        return missing_of(needed)


def is_alone() -> bool:
    """Whether one process serves each server, and one person at a time asks it: then one knows who answers next."""
    return not PROXIES and not IS_CLASS


def missing_of(needed: Mapping[str, bool]) -> tuple[str, ...]:
    """What of it is not there."""
    return tuple(words for words, is_there in needed.items() if not is_there)


Serving = InTurn | BehindNginx


def redis_socket() -> Path:
    """Where it listens."""
    return STATE / "sockets" / "redis.sock"


def is_own(address: str) -> bool:
    """Whether this machine has that address."""
    try:
        with socket.socket() as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
