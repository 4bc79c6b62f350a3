"""Who takes part, as the settings have it."""

import pytest

from lab.servers import IDENTITY, INSPECTOR, SERVERS, SITE_A, SITE_B
from session_inspector.configuration import configuration
from session_inspector.participant import RELYING_PARTY, Participant
from session_inspector.participants import here, lanes, participant_named, participants, provider, the_participant
from tests.recorded import configure


def test_they_are_those_of_the_settings(settings):
    assert participants() == SERVERS
    configure(settings, participants=(SITE_B,))
    assert participants() == (SITE_B,)


def test_one_is_found_by_its_name():
    assert [participant_named(server.name) for server in SERVERS] == list(SERVERS)
    assert participant_named("nobody") is None
    assert the_participant("site_a") == SITE_A
    with pytest.raises(KeyError):
        the_participant(INSPECTOR.name)  # only watches


def test_a_project_is_the_one_that_it_reports_as(settings):
    configure(settings, name="site_b")
    assert here() == SITE_B


def test_the_provider_stands_between_the_sites():
    assert provider() == IDENTITY
    assert lanes() == (SITE_A, IDENTITY, SITE_B)


@pytest.mark.parametrize(
    ("origin", "netloc", "host", "port"),
    [
        ("http://shop.localhost:8002", "shop.localhost:8002", "shop.localhost", 8002),
        ("http://shop.example", "shop.example", "shop.example", 80),
        ("https://shop.example", "shop.example", "shop.example", 443),
    ],
)
def test_host_and_port_are_those_of_the_origin(origin, netloc, host, port):
    shop = Participant("shop", "the shop", RELYING_PARTY, "S", "b", origin)
    assert (shop.netloc, shop.host, shop.port) == (netloc, host, port)


def test_a_name_that_no_setting_has_is_an_error_that_says_so(settings):
    configure(settings, jurnal="x")
    with pytest.raises(TypeError, match="jurnal"):
        configuration()
