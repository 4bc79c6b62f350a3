import os
import subprocess
import sys

import pytest

from lab.servers import ALL, INSPECTOR, SERVERS, SITE_A, address_of, client_id_of
from tests.processes import ROOT


def in_environment(**variables):
    script = "from lab.servers import ALL; print(*(server.origin for server in ALL))"
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_no_two_servers_share_a_host_a_port_a_letter_or_a_colour():
    for attribute in ("host", "port", "letter", "name"):
        assert len({getattr(server, attribute) for server in ALL}) == len(ALL)
    assert len({server.colour for server in (*SERVERS, INSPECTOR)}) == len(SERVERS) + 1


def test_a_site_has_a_name_at_identity_and_an_address_that_python_can_connect_to():
    assert (client_id_of(SITE_A), SITE_A.host) == ("site-a", "site-a.localhost")
    assert address_of(SITE_A) == f"127.0.0.1:{SITE_A.port}"


def test_ports_and_names_follow_the_environment():
    origins = in_environment(LAB_PORT="9100", LAB_DOMAIN="lab.test").stdout.split()
    names = ("identity", "site-a", "site-b", "inspector", "provider")
    assert origins == [f"http://{name}.lab.test:{port}" for port, name in enumerate(names, 9100)]


@pytest.mark.parametrize("port", ["abc", "80", "65001", "-1", "8000.0", "٨٠٠٠", " "])
def test_an_unusable_port_is_refused_in_one_line(port):
    done = in_environment(LAB_PORT=port)
    assert done.returncode == 1
    assert done.stderr.startswith("LAB_PORT must be a number")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("domain", ["Lab", "a b", "http://x", "x/", ".x", "x..y", "-x", "x:1", "x\n"])
def test_an_unusable_domain_is_refused_in_one_line(domain):
    done = in_environment(LAB_DOMAIN=domain)
    assert done.returncode == 1
    assert done.stderr.startswith("LAB_DOMAIN must be a host name")
