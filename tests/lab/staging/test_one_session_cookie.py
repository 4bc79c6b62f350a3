"""A site that refuses two session cookies."""

import pytest

from lab.servers import SITE_A
from lab.staging.one_session_cookie import names_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("journal", "with_the_repair")]

BEFORE = "django.contrib.sessions.middleware.SessionMiddleware"


@pytest.fixture
def with_the_repair(settings):
    place = settings.MIDDLEWARE.index(BEFORE)
    repair = "lab.staging.one_session_cookie.OneSessionCookieMiddleware"
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:place], repair, *settings.MIDDLEWARE[place:]]


def test_two_session_cookies_are_refused_and_the_one_of_the_parent_domain_is_deleted(client):
    answer = client.get("/", headers={"Cookie": "site_a_session=a; x=1; site_a_session=b"})
    assert answer.status_code == 400
    assert "Your browser sent two session cookies." in answer.content.decode()
    deleted = answer.cookies["site_a_session"]
    assert (deleted.value, deleted["max-age"], deleted["domain"]) == ("", 0, SITE_A.host.partition(".")[2])


@pytest.mark.parametrize(
    "cookies", ["site_a_session=a", "site_a_session=a; other=b; other=c", "x=site_a_session=a", ""]
)
def test_one_or_none_is_the_sites_to_read(client, cookies):
    answer = client.get("/", headers={"Cookie": cookies})
    assert answer.status_code == 200
    assert answer.cookies.get("site_a_session", {}).get("domain", "") == ""


def test_names_are_told_in_their_order():
    assert names_in("b=1; a=2;c ; b=3=4") == ["b", "a", "c", "b"]
