"""What participants say of themselves that cannot go together is said on every page."""

import pytest

from session_inspector.inspector.observed.contradictions import contradictions
from session_inspector.journal.participants import announce
from session_inspector.participant import OPENID_PROVIDER, Participant
from tests.page import text_of

SHOP = Participant("shop", "http://localhost:8001", "the shop", session_cookie="shop_session")
BLOG = Participant("blog", "http://localhost:8002", "the blog", session_cookie="blog_session")


def like(one, **fields):
    return Participant(**{**vars(one), **fields})


def test_those_that_go_together_are_no_news():
    assert contradictions([SHOP, BLOG]) == []


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ({"origin": SHOP.origin}, "The shop and the blog say that they are at http://localhost:8001"),
        ({"name": "shop"}, "2 servers call themselves shop, at http://localhost:8001 and at http://localhost:8002."),
        ({"session_cookie": "shop_session"}, "one host, localhost, and one name for their session cookies"),
    ],
)
def test_two_that_are_alike_where_they_should_not_be(others, said):
    assert said in "\n".join(contradictions([SHOP, like(BLOG, **others)]))


def test_two_that_sign_people_in():
    both = [like(one, role=OPENID_PROVIDER) for one in (SHOP, BLOG)]
    assert contradictions(both) == ["The shop and the blog each say that they sign people in."]


def test_one_name_for_the_cookies_of_two_hosts_is_well():
    elsewhere = like(BLOG, origin="http://blog.localhost:8002", session_cookie="shop_session")
    assert contradictions([SHOP, elsewhere]) == []


def test_two_paths_keep_cookies_of_one_name_apart():
    beside = like(BLOG, session_cookie="shop_session", attributes={"path": "/blog/"})
    assert contradictions([SHOP, beside]) == []


def test_every_page_says_so(client):
    announce(SHOP)
    announce(like(BLOG, session_cookie="shop_session", title="<script>blog</script>"))
    for path in ("/", "/ladder/", "/visitors/", "/export/"):
        page = client.get(path)
        assert "have one host, localhost, and one name for their session cookies" in text_of(page)
        assert "<script>blog" not in page.content.decode()
