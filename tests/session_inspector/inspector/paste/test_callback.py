"""A callback address: each usual fault is named, and a good one has none."""

import pytest

from session_inspector.inspector.paste.callback import ERRORS
from session_inspector.inspector.paste.kinds import read
from tests.session_inspector.inspector.paste.reading import meaning_of, said_in, statements, value_of

GOOD = "http://localhost:8000/oidc/callback/?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj123abcd"
BEGAN = "http://localhost:8000/"
# What is pasted, where the sign-in began, and what is said.
FAULTS = {
    "the_way_there": (
        "https://op.example/authorize?response_type=code&client_id=x&scope=openid",
        "",
        "This address leads to the provider, and not back from it.",
    ),
    "error": (
        "https://x.example/cb?error=access_denied&state=s",
        "",
        "The provider answered with the error access_denied, and gave no code.",
    ),
    "silent": (
        "https://x.example/cb?error=login_required&state=s",
        "",
        "The provider answered with the error login_required: it may not ask the person anything.",
    ),
    "fragment": (
        "https://x.example/cb#id_token=a.b.c&state=s",
        "",
        "The answer stands in the fragment, behind #: no browser sends that to the server.",
    ),
    "code_twice": (
        "https://x.example/cb?code=a&code=b&state=s",
        "",
        "More than once in the query, which RFC 6749 (3.1) forbids: code.",
    ),
    "another_loopback_name": (
        GOOD.replace("localhost", "127.0.0.1"),
        BEGAN,
        "The sign-in began at localhost, and the callback is at 127.0.0.1: the cookie with the state is not sent "
        "there.",
    ),
    "another_host": (
        "https://www.x.example/cb?code=a&state=s",
        "https://x.example/",
        "The sign-in began at x.example, and the callback is at www.x.example: "
        "the cookie with the state is not sent there.",
    ),
    "no_code": ("https://x.example/cb?state=s", "", "There is neither a code nor an error."),
    "nothing": ("https://x.example/cb", "", "There is neither a code nor an error."),
    "no_state": (
        "https://x.example/cb?code=a",
        "",
        "There is no state: the site cannot tell which of its requests this answers.",
    ),
    "plus": (
        "https://x.example/cb?code=ab+cd&state=s",
        "",
        "The code or the state has a space: in a query, + stands for one.",
    ),
    "http": (
        "http://x.example/cb?code=a&state=s",
        "https://x.example/",
        "The callback is at http: cookies with Secure are not sent there, and the code can be read on the way.",
    ),
    "port": (
        GOOD.replace("8000", "9000"),
        BEGAN,
        "The sign-in began at port 8000, and the callback is at port 9000: another server may answer.",
    ),
    "token": (
        "https://x.example/cb?access_token=a&state=s",
        "",
        "A token stands in the query, and histories and logs keep addresses: access_token.",
    ),
    "issuer": (
        "https://x.example/cb?code=a&state=s&iss=op.example",
        "",
        "iss is op.example: an issuer is an address without a query and a fragment (RFC 9207, 2).",
    ),
    "broken_line": (
        "https://x.example/cb?code=a&st\nate=s",
        "",
        "The address was in several lines, or had spaces; they were left out here.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_said(fault):
    text, began, said = FAULTS[fault]
    assert said in statements(text, began)


@pytest.mark.parametrize(
    ("text", "began"),
    [
        (GOOD, BEGAN),
        (GOOD, ""),
        ("https://x.example/cb?code=a&state=s&iss=https%3A%2F%2Fop.example&session_state=x", "https://x.example/login"),
    ],
)
def test_of_a_good_one_nothing_is_said(text, began):
    assert statements(text, began) == []


@pytest.mark.parametrize("error", ERRORS)
def test_each_error_of_the_specification_has_a_cause(error):
    (finding,) = read(f"/cb?error={error}&state=s").findings
    assert finding.cause == ERRORS[error]


def test_an_error_of_a_provider_s_own_is_said_to_be_one():
    (finding,) = read("/cb?error=quota_exceeded&state=s").findings
    assert "the provider’s documentation" in finding.cause


def test_what_the_provider_says_is_marked_as_its_words_and_cut():
    reading = read("/cb?error=access_denied&state=s&error_description=" + "No+way.+" * 60)
    assert meaning_of(reading, "error_description").startswith("The provider’s own words")
    assert value_of(reading, "error_description").startswith("No way. No way.")
    assert len(value_of(reading, "error_description")) < 130


def test_each_part_is_explained_and_secrets_are_cut():
    reading = read(GOOD, BEGAN)
    assert reading.kind == "a callback address"
    assert value_of(reading, "code") == "Splxl…"
    assert meaning_of(reading, "code").startswith("Good once")
    assert value_of(reading, "host") == "http://localhost:8000"


@pytest.mark.parametrize(
    "text", ["?code=a&state=s", "code=a&state=s", "/oidc/callback/?code=a&state=s", "GET /cb?code=a&state=s HTTP/1.1"]
)
def test_a_part_of_an_address_will_do(text):
    assert read(text).kind == "a callback address"
    assert read(text).findings == ()


def test_without_the_address_where_it_began_the_page_says_that_hosts_are_not_compared():
    assert "Where the sign-in began is not known here" in said_in(read(GOOD))
    assert "Where the sign-in began is not known here" not in said_in(read(GOOD, BEGAN))


def test_an_address_that_answers_nothing_is_no_callback():
    assert read("http://localhost:8000/shop/").kind == "an address"
    assert read("http://localhost:8000/cb?code=a&state=b").kind == "a callback address"


def test_an_address_that_signs_somebody_out_leads_to_the_provider():
    reading = read("https://op.example/logout?id_token_hint=a&post_logout_redirect_uri=https://x.example/&state=b")
    assert reading.kind == "an address that leads to a provider"
    assert [(one.cause, one.remedy) for one in reading.findings] == [("A browser is sent there to sign out.", "")]
