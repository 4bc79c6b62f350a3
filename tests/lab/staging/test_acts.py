"""What one is told to type."""

import shlex

from lab.servers import SITE_B
from lab.staging import acts
from lab.staging.acts import Curl
from lab.state import certificate_of_authority


def typed(act):
    return shlex.split(act.printed)


def test_over_http_curl_needs_to_trust_nobody():
    assert typed(Curl(SITE_B)) == ["curl", "--silent", "--include", "http://site-b.localhost:8002/"]


def test_over_https_it_trusts_the_authority_of_the_lab(monkeypatch):
    monkeypatch.setattr(acts, "IS_HTTPS", True)
    assert typed(Curl(SITE_B))[2:4] == ["--cacert", str(certificate_of_authority())]


def test_it_may_ask_from_another_address_with_one_more_header():
    act = Curl(SITE_B, path="/ticket/", address="127.0.0.3", header="X-Forwarded-For: 192.0.2.1")
    options = ["--interface", "127.0.0.3", "--header", "X-Forwarded-For: 192.0.2.1", "--include"]
    assert typed(act) == ["curl", "--silent", *options, "http://site-b.localhost:8002/ticket/"]
    assert "from another address, with one more header" in act.text
    assert "with one more header" not in Curl(SITE_B, address="127.0.0.3").text
