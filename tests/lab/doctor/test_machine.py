"""What can be amiss with ports and host names."""

import os
import socket
import sys

import pytest

from lab.doctor import listeners, machine
from tests.lab.doctor.examined import found_by


@pytest.fixture
def taken(cold_lab):
    """The port of site A, at which this process listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", cold_lab.port + 1))
        other.listen()
        yield cold_lab.port + 1


def test_a_port_that_another_program_has_is_found_with_a_way_out(cold_lab, taken):
    (finding,) = found_by("ports", cold_lab)
    assert finding["what"].startswith(f"Port {taken}, for site A, is in use by ")
    assert finding["mend"].endswith(f" LAB_PORT={cold_lab.port + 1000} make run")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_that_program_is_named(cold_lab, taken):
    (finding,) = found_by("ports", cold_lab)
    assert finding["what"].endswith(f" (process {os.getpid()}).")


def test_where_the_system_does_not_tell_it_is_another_program(monkeypatch):
    monkeypatch.setattr(listeners, "TABLES", ["/nowhere/at/all"])
    assert listeners.program_at(8000) == "another program"


def test_names_that_lead_nowhere_are_found_together_with_the_line_that_mends_it(cold_lab):
    cold_lab.domain = "lab.invalid"  # nobody has a name of this ending (RFC 6761, 6.4)
    (finding,) = found_by("host names", cold_lab)
    names = [
        "identity.lab.invalid",
        "site-a.lab.invalid",
        "site-b.lab.invalid",
        "inspector.lab.invalid",
        "provider.lab.invalid",
    ]
    assert finding["what"].endswith(f": {', '.join(names)}.")
    assert finding["mend"] == f"echo 127.0.0.1 {' '.join(names)} | sudo tee -a /etc/hosts"


@pytest.mark.parametrize(
    ("found", "is_here"),
    [(["127.0.0.1"], True), (["127.0.0.1", "::1"], True), (["192.0.2.1"], False), (["::1", "192.0.2.1"], False)],
)
def test_a_name_must_lead_to_this_machine_and_nowhere_else(monkeypatch, found, is_here):
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port: answer)
    assert machine.leads_here("site-a.lab.test") is is_here


@pytest.mark.parametrize(("found", "is_here"), [("127.0.0.2", True), ("192.0.2.1", False)])
def test_in_a_class_it_may_be_any_address_that_this_machine_has(monkeypatch, found, is_here):
    monkeypatch.setattr(machine, "IS_CLASS", True)
    assert machine.is_here(found) is is_here


@pytest.mark.parametrize("host", ["localhost", "site-a.localhost", "site-a.lab.localhost"])
def test_a_browser_finds_localhost_by_itself(monkeypatch, host):
    monkeypatch.delattr(socket, "getaddrinfo")
    assert machine.leads_here(host)
