"""Whether the ports of the servers are free, at the address where they listen."""

import errno
import socket
from contextlib import contextmanager

import pytest

from lab.launch import ports
from lab.servers import ALL


@contextmanager
def listening(address):
    """The port at which somebody else listens meanwhile."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as other:
        other.bind((address, 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("address", [ports.ADDRESS, ports.IPV6])
def test_a_port_is_free_until_somebody_listens_there_under_either_address(address):
    if not ports.can_bind(address, 0):
        pytest.skip("this machine has no such address")
    with listening(address) as port:
        assert not ports.is_free(port)
    assert ports.is_free(port)


def test_a_machine_without_the_newer_address_has_free_ports_too(monkeypatch):
    monkeypatch.setattr(ports, "IPV6", "2001:db8::1")  # for documents: nobody has it
    with listening(ports.ADDRESS) as port:
        pass
    assert ports.bind_error(ports.IPV6, port) not in (None, errno.EADDRINUSE)
    assert ports.is_free(port)


def test_an_address_that_this_machine_does_not_have_is_said_to_be_so(monkeypatch):
    assert ports.fault_of_address() == ""
    monkeypatch.setattr(ports, "ADDRESS", "192.0.2.1")  # for documents: nobody has it (RFC 5737)
    assert ports.fault_of_address().startswith("This machine does not have the address LAB_ADDRESS=192.0.2.1.")


def test_the_ports_are_those_of_all_five():
    assert ports.ports_of_servers() == [server.port for server in ALL]
    assert len(set(ports.ports_of_servers())) == 5


def test_the_first_that_somebody_has_is_named(monkeypatch):
    with listening(ports.ADDRESS) as taken, listening(ports.ADDRESS) as other:
        with listening(ports.ADDRESS) as free:
            pass
        monkeypatch.setattr(ports, "ports_of_servers", lambda: [free, taken, other])
        assert ports.port_in_use() == taken
    assert ports.port_in_use() is None


def test_the_way_out_is_the_same_whatever_port_is_taken_and_never_too_high(monkeypatch):
    assert ports.said_of(8001).partition("in use.")[2] == ports.said_of(8000).partition("in use.")[2]
    assert "LAB_PORT=9000" in ports.said_of(8001)
    monkeypatch.setattr(ports, "PORT", 65_000)
    assert "LAB_PORT=64000" in ports.said_of(65_000)
