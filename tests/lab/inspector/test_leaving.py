"""The board: what is expected of each way to leave, and what the traffic after a trial shows."""

import re

import pytest

from lab.endpoints import SIGN_OUT_OF_SITE
from lab.inspector.leaving import sentences
from lab.inspector.leaving.trial import expected_of, trial_of
from lab.inspector.leaving.ways import WAYS, way_named
from lab.servers import IDENTITY, SERVERS, SITE_A, SITE_B
from session_inspector.journal.queries import newest_id
from tests.page import text_of
from tests.session_inspector.inspector.traffic import ALICE, KNOWN, NOBODY, address, change, exchange, row, told

KEYS = {"identity": "i1", "site_a": "a1", "site_b": "b1"}
NOBODY_LEFT = ["leaving", "at_identity", "session_ended", "disabled"]
SITE_A_GONE = ["site_only", "staying", "row_deleted", "expired", "cookie_deleted"]


def page(server, at=0.0, user=ALICE, path="/", cookie=True, **content):
    """A page of that server, as somebody sees it who has a session there."""
    sends = {f"{server}_session": KEYS[server]} if cookie else {}
    return exchange(server, path, at, sends=sends, user=user, **content)


def posts(server, path, at=1.0, **content):
    return page(server, at, path=path, **{"method": "POST", "status": 302, "type": ""} | content)


def known_at_all_three():
    for server in SERVERS:
        kept = row(KEYS[server.name], _auth_user_id="1")
        page(server.name, tells=[told(f"{server.name}_session", KEYS[server.name], server.name)], after=kept)
    return newest_id()


ACTS = {
    "site_only": lambda: posts("site_a", "/oidc/logout/"),
    "staying": lambda: posts("identity", "/identity/o/logout/decide", form=[["decision", "stay"]]),
    "leaving": lambda: posts("identity", "/identity/o/logout/decide", form=[["decision", "leave"]]),
    "at_identity": lambda: posts("identity", "/accounts/logout/"),
    "session_ended": lambda: posts("identity", "/sessions/end/"),
    "row_deleted": lambda: change("deleted", "a1", at=1),
    "expired": lambda: posts("site_a", "/values/expire/"),
    "disabled": lambda: change("deleted", "i1", "identity", at=1),
}


@pytest.fixture
def tried(visitor):
    since = known_at_all_three()
    return lambda name: trial_of(way_named(name), visitor, since)


def seen(trial):
    return [cell.name if cell.page else None for cell in trial.cells]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_each_way_says_what_to_do_and_what_each_server_will_say(way):
    assert [cell.server.name for cell in expected_of(way)] == [server.name for server in SERVERS]
    assert set(way.forgotten_by) <= set(SERVERS)
    assert way.title
    assert way.do
    assert way.why.endswith(".")
    assert way_named(way.name) is way


def test_who_is_left_after_each_way():
    forgotten_by = {way.name: way.forgotten_by for way in WAYS}
    assert {name for name, servers in forgotten_by.items() if servers == SERVERS} == set(NOBODY_LEFT)
    assert {name for name, servers in forgotten_by.items() if servers == (SITE_A,)} == set(SITE_A_GONE)
    assert forgotten_by["closed"] == (IDENTITY,)
    assert forgotten_by["closed_kept"] == ()


def test_the_board_says_how_many_ways_leave_somebody_who_knows_you():
    assert sentences.of_ways().text == "11 ways to leave. After 7 of them a server still knows you."


@pytest.mark.parametrize("name", ACTS)
def test_after_the_act_each_server_s_next_page_is_what_was_observed(tried, name):
    page("site_b", at=0.5, user=NOBODY)  # before it was done
    trial = tried(name)
    assert (trial.act, seen(trial)) == (None, [None, None, None])
    act = ACTS[name]()
    trial = tried(name)
    assert (trial.act, seen(trial)) == (act, [None, None, None])
    for server in SERVERS:
        page(server.name, at=2, user=ALICE if trial.way.is_expected_to_know(server) else NOBODY)
    trial = tried(name)
    assert all(cell.is_as_expected for cell in trial.cells)
    assert sentences.of_trial(trial).text.startswith("As expected: ")


@pytest.mark.parametrize("name", ACTS)
def test_what_was_not_expected_is_said(tried, name):
    ACTS[name]()
    for server in SERVERS:
        page(server.name, at=2, user=NOBODY if tried(name).way.is_expected_to_know(server) else ALICE)
    assert len(tried(name).wrong) == 3
    assert sentences.of_trial(tried(name)).text.startswith("Not as expected: ")


def test_a_session_that_the_browser_restored_is_explained(client, visitor):
    since = known_at_all_three()
    for server in SERVERS:
        page(server.name, at=2, user=ALICE)
    shown = text_of(client.get(f"/leaving/?visitor=v1&way=closed&since={since}"))
    assert "The cookie of Identity still came, 12:00:02" in shown
    assert "A browser that restores its tabs, or starts again after a crash, brings such a cookie back." in shown


def test_a_site_that_hung_on_an_earlier_session_is_named(client):
    known_at_all_three()
    exchange("site_a", "/oidc/callback/", -1, sends={"site_a_session": "x"}, before=row("x"), after=row("a1", **KNOWN),
             user=ALICE, journey="j1")  # fmt: skip
    exchange("identity", "/identity/o/authorize", -1.1, sends={"identity_session": "old"}, after=row("old", **KNOWN),
             status=302, location=address("http://site-a.localhost:8001/oidc/callback/", code="c"), journey="j1",
             before=row("old", **KNOWN), user=ALICE)  # fmt: skip
    since = exchange("identity", "/sessions/", 1).id
    posts("identity", "/accounts/logout/", 2)
    still = row("a1", **KNOWN)
    page("site_a", at=3, user=ALICE, before=still, after=still)
    page("site_b", at=3, user=NOBODY)
    page("identity", at=3, user=NOBODY, cookie=False)
    shown = text_of(client.get(f"/leaving/?visitor=v1&way=at_identity&since={since}"))
    assert "Not as expected: site A still knows alice." in shown
    assert "The session at site A began with an earlier session at Identity than the one that ended here." in shown


def test_the_sentence_says_what_to_do_next(tried):
    assert sentences.of_trial(tried("site_only")).text == "Try it: sign out of site A."
    posts("site_a", "/oidc/logout/")
    assert sentences.of_trial(tried("site_only")).text == "Now open Identity, site A and site B."
    page("site_a", at=2, user=NOBODY)
    assert sentences.of_trial(tried("site_only")).text == "Now open Identity and site B."
    page("identity", at=3, user=NOBODY)
    assert sentences.of_trial(tried("site_only")).text == "Not as expected: Identity does not know you any more."


def test_another_answer_than_the_way_s_was_no_act(tried):
    ACTS["staying"]()
    assert (tried("leaving").act, bool(tried("staying").act)) == (None, True)


def test_a_row_that_went_in_the_course_of_a_request_was_no_act_of_a_command(tried):
    change("deleted", "a1", at=1, by="/oidc/backchannel-logout/")
    change("deleted", "i1", "identity", at=1, by="/sessions/end/")
    assert (tried("row_deleted").act, tried("disabled").act) == (None, None)


def test_a_site_that_identity_could_not_tell_is_to_be_looked_at_again(client):
    since = known_at_all_three()
    ACTS["at_identity"]()
    for server, user in (("identity", NOBODY), ("site_a", NOBODY), ("site_b", ALICE)):
        page(server, at=2, user=user)
    said = text_of(client.get(f"/leaving/?way=at_identity&since={since}&visitor=v1"))
    assert "Not as expected: site B still knows alice." in said
    assert "Look again in a moment" in said
    page("site_b", at=3, user=NOBODY)
    assert "Look again" not in text_of(client.get(f"/leaving/?way=at_identity&since={since}&visitor=v1"))


def test_a_form_that_was_refused_was_no_act(tried):
    posts("site_a", "/oidc/logout/", status=403)
    assert tried("site_only").act is None


def test_a_later_page_replaces_an_earlier_one(tried):
    posts("identity", "/accounts/logout/")
    page("site_a", at=2)
    page("site_a", at=3, user=NOBODY)
    assert seen(tried("at_identity")) == [None, "", None]


@pytest.mark.parametrize("path", ["/accounts/login/", "/oidc/authenticate/", "/signed-out/", "/session/"])
def test_steps_of_signing_in_and_out_are_no_pages(tried, path):
    posts("site_a", "/oidc/logout/")
    page("site_a", at=2, path=path, user=NOBODY)
    assert seen(tried("site_only")) == [None, None, None]


@pytest.mark.parametrize(
    "content", [{"status": 302}, {"status": 404}, {"type": "text/plain"}, {"user": None}, {"method": "POST"}], ids=str
)
def test_what_is_no_page_that_says_who_one_is_shows_nothing(tried, content):
    posts("site_a", "/oidc/logout/")
    page("site_a", at=2, **content)
    assert seen(tried("site_only")) == [None, None, None]


def test_who_signs_in_again_changes_nothing_of_what_was_observed(tried):
    posts("site_a", "/oidc/logout/")
    page("site_a", at=2, user=NOBODY)
    page("site_a", at=3, path="/oidc/callback/", status=302, after=row("a2", _auth_user_id="1"))
    page("site_a", at=4)
    assert seen(tried("site_only")) == [None, "", None]


def test_a_page_that_came_with_the_cookie_is_from_before_it_was_deleted(tried):
    page("site_a", at=1)
    page("identity", at=1)
    assert seen(tried("cookie_deleted")) == ["alice", None, None]
    page("site_a", at=2, cookie=False, user=NOBODY)
    assert seen(tried("cookie_deleted")) == ["alice", "", None]


def test_what_only_the_user_agent_tells_decides_no_verdict(tried, client):
    page("site_a", at=2, cookie=False, user=NOBODY, visitor="")
    trial = tried("cookie_deleted")
    assert seen(trial) == [None, None, None]
    assert [bool(cell.perhaps) for cell in trial.cells] == [False, True, False]
    said = text_of(client.get("/leaving/", {"visitor": "v1", "way": "cookie_deleted", "since": trial.since}))
    assert "not certain: a page without a user, 12:00:02, is this browser’s by its User-Agent only a guess" in said
    assert "as expected:" not in said.lower()


def test_of_a_closed_browser_only_identity_s_lost_cookie_tells(tried):
    page("identity", at=1)
    assert seen(tried("closed")) == [None, None, None]
    page("identity", at=2, cookie=False, user=NOBODY)
    page("site_a", at=3)
    page("site_b", at=3)
    assert all(cell.is_as_expected for cell in tried("closed").cells)


def test_another_visitor_s_traffic_is_not_meant(tried):
    exchange("site_a", "/oidc/logout/", visitor="v2", method="POST", status=302)
    assert tried("site_only").act is None


def address_of_trial(client, name):
    """The address to which “I try this now” leads."""
    board = client.get("/leaving/?visitor=v1").content.decode()
    return "/leaving/" + re.search(rf'href="(\?way={name}&amp;since=\d+&amp;visitor=v1)"', board)[1].replace(
        "&amp;", "&"
    )


def test_a_trial_is_an_address_and_nothing_else(client):
    known_at_all_three()
    where = address_of_trial(client, "site_only")
    response = client.get(where)
    assert not response.cookies
    assert "Try it: sign out of site A." in text_of(response)
    assert "Not seen yet. It appears here as soon as it is." in text_of(response)
    posts("site_a", "/oidc/logout/")
    page("site_a", at=2, user=NOBODY)
    said = text_of(client.get(where))
    assert "observed: not signed in ✓ as expected" in said
    assert "not visited yet" in said
    page("site_b", at=3, user=NOBODY)
    assert "observed: not signed in ✗ not as expected" in text_of(client.get(where))


@pytest.mark.parametrize(
    "query",
    ["way=nothing&since=1", "way=site_only", "since=1", "way=site_only&since=x", "way=site_only&since=-1",
     "way=site_only&since=", f"way=site_only&since={'9' * 40}", "way=site_only&since=999999", "way=%00&since=²"],
)  # fmt: skip
def test_an_address_that_names_no_trial_says_so(client, query):
    known_at_all_three()
    response = client.get(f"/leaving/?{query}")
    assert response.status_code == 400
    assert "This address names no way to leave, or no entry of the journal" in text_of(response)
    assert "I try this now" in text_of(response)


def test_who_is_not_known_everywhere_is_told_where_to_sign_in_first(client):
    def links(address="/leaving/?visitor=v1"):
        notice = re.search(r"First sign in at(.*?)</p>", client.get(address).content.decode(), re.DOTALL)
        return notice and re.findall(r'href="([^"]+)"', notice[1])

    assert links("/leaving/") == [f"{site.origin}/oidc/authenticate/" for site in (SITE_A, SITE_B)]
    known_at_all_three()
    assert links() is None
    change("deleted", "i1", "identity", at=1)
    assert links() == [f"{IDENTITY.origin}/accounts/login/"]


def test_the_command_names_the_person_and_is_safe_to_paste(client):
    page("identity", user={"id": "1", "name": "x; rm -rf ~"}, after=row("i1", _auth_user_id="1"))
    board = text_of(client.get("/leaving/?visitor=v1"))
    assert ".venv/bin/python identity/manage.py disable_user 'x; rm -rf ~'" in board


def test_with_nothing_recorded_the_command_names_somebody_who_exists(client):
    assert "manage.py disable_user alice" in text_of(client.get("/leaving/"))


def test_who_went_another_way_reads_that_and_no_verdict(tried):
    """Of the way that was chosen no server can see that it was gone."""
    exchange("site_a", SIGN_OUT_OF_SITE, at=1, method="POST", status=302, location="/")
    for server in ("identity", "site_a", "site_b"):
        page(server, at=2)
    trial = tried("cookie_deleted")
    assert trial.other_way.name == "site_only"
    assert seen(trial) == [None, None, None]
    assert sentences.of_trial(trial).text == "You left in another way: sign out of site A. Start this one again."
