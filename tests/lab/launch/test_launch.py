"""Why a lab cannot start, in one line."""

import socket

from lab.launch import ports
from lab.launch.__main__ import refusal
from lab.servers import SITE_A
from lab.state import IN_USE, running


def test_a_state_folder_in_use_is_the_reason_and_comes_first():
    with running("identity"):
        assert refusal() == IN_USE


def test_a_port_in_use_is_named_with_a_way_out(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(ports, "ports_of_servers", lambda: [taken])
        assert refusal().startswith(f"Port {taken} is in use.")
        assert "LAB_PORT=" in refusal()
    assert refusal() == ""


def test_the_way_out_is_the_same_whatever_port_is_taken_and_never_too_high(monkeypatch):
    assert ports.said_of(SITE_A.port).partition("in use.")[2] == ports.said_of(8000).partition("in use.")[2]
    monkeypatch.setattr(ports, "PORT", 65_000)
    assert "LAB_PORT=64000" in ports.said_of(65_000)
