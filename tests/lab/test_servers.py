import os
import subprocess
import sys

import pytest

from lab.servers import ALL, INSPECTOR, SERVERS, SITE_A, client_id_of
from tests.processes import ROOT

SAYS_ORIGINS = "from lab.servers import ALL; print(*(server.origin for server in ALL))"


def in_environment(script=SAYS_ORIGINS, **variables):
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
    assert SITE_A.back_channel_address == f"127.0.0.1:{SITE_A.port}"


def test_ports_and_names_follow_the_environment():
    origins = in_environment(LAB_PORT="9100", LAB_DOMAIN="lab.test").stdout.split()
    names = ("identity", "site-a", "site-b", "inspector", "provider")
    assert origins == [f"http://{name}.lab.test:{port}" for port, name in enumerate(names, 9100)]


SAYS_THREE = "from lab.servers import SITE_A; print(SITE_A.origin, *SITE_A.bind_address, SITE_A.back_channel_address)"


@pytest.mark.parametrize(
    ("address", "three"),
    [
        ("", "http://site-a.class.test:8001 127.0.0.1 8001 127.0.0.1:8001"),
        ("10.0.0.5", "http://site-a.class.test:8001 10.0.0.5 8001 10.0.0.5:8001"),
        ("0.0.0.0", "http://site-a.class.test:8001 0.0.0.0 8001 127.0.0.1:8001"),
    ],
)
def test_what_browsers_type_where_it_listens_and_where_servers_connect_are_three_things(address, three):
    done = in_environment(SAYS_THREE, LAB_ADDRESS=address, LAB_DOMAIN="class.test")
    assert done.stdout.strip() == three


@pytest.mark.parametrize("address", ["abc", "10.0.0", "10.0.0.256", "::", "class.test", "127.0.0.1:80", " "])
def test_an_unusable_address_is_refused_in_one_line(address):
    done = in_environment(LAB_ADDRESS=address)
    assert done.returncode == 1
    assert done.stderr.startswith("LAB_ADDRESS must be an IPv4 address")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("domain", ["", "localhost", "lab.localhost"])
@pytest.mark.parametrize("address", ["10.0.0.5", "0.0.0.0", "127.0.0.2"])
def test_where_others_shall_come_a_name_that_leads_them_to_themselves_is_refused_in_one_line(address, domain):
    done = in_environment(LAB_ADDRESS=address, LAB_DOMAIN=domain)
    assert done.returncode == 1
    assert done.stderr.startswith(f"LAB_ADDRESS={address} needs a LAB_DOMAIN that other machines can resolve")
    assert done.stderr.count("\n") == 1


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
