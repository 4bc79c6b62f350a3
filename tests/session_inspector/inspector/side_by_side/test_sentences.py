"""The sentences over the three servers."""

import pytest

from session_inspector.inspector.observed.server_state import columns_of
from session_inspector.inspector.side_by_side import sentences
from tests.session_inspector.inspector.traffic import NOW, PASSWORD, begin_sign_in, come_back, exchange, give_password


@pytest.fixture
def columns(visitor):
    return lambda: columns_of(visitor, NOW)


def test_the_session_cookies_are_counted(columns):
    exchange()
    assert sentences.of_columns(columns()).text == "A stranger to site A: no session cookie came."
    begin_sign_in()
    assert sentences.of_columns(columns()).text == "One session cookie, at site A."
    exchange("site_b", at=1)
    assert sentences.of_columns(columns()).text == "One session cookie, at site A. Site B got none."
    give_password()
    assert sentences.of_columns(columns()).text == "Two servers, two session cookies, none in common."
    come_back()
    begin_sign_in("site_b", at=5)
    assert sentences.of_columns(columns()).text == "Three servers, three session cookies, none in common."
    exchange("site_b", at=9, sends={"site_b_session": "site_b0", "site_a_session": "site_a1"})
    assert sentences.of_columns(columns()).text == "A session cookie of site A went to site B too."


def test_who_one_is_where(columns):
    def people():
        return sentences.of_people(columns()).text

    assert people() == "Of Identity, site A and site B nothing is recorded."
    give_password()
    assert people() == "Identity says you are alice; of site A and site B nothing is recorded."
    exchange("site_b", at=2.5)
    assert people() == "Identity says you are alice; site B does not know you; of site A nothing is recorded."
    for n, site in enumerate(("site_a", "site_b")):
        begin_sign_in(site, at=3 + 2 * n)
        come_back(site, at=4 + 2 * n)
    assert people() == "All three say you are alice."


def test_where_the_password_went(columns):
    assert sentences.of_password(columns()) is None
    give_password(at=7)
    assert sentences.of_password(columns()).text == "The password went to Identity alone, once at 12:00:07."
    exchange("site_a", "/trap/", 8, method="POST", form=PASSWORD)
    assert sentences.of_password(columns()).text == "The password went to Identity and site A, twice, last at 12:00:08."
