"""The lesson, ticked off as it is seen."""

import re
from pathlib import Path

import pytest

from lab.chosen_provider import forget, keep
from lab.inspector.first_steps.steps import STEPS, progress_of
from lab.inspector.first_steps.traffic import traffic_of
from lab.inspector.templatetags.lab_inspector import marked_up
from lab.servers import SITE_A
from session_inspector.inspector.observed.server_state import MAX_LOOKED_AT, columns_of
from session_inspector.journal.queries import empty
from session_inspector.journal.schema import Cookie
from tests.chosen import CHOICE
from tests.page import terms_in, text_in, text_of
from tests.session_inspector.inspector.traffic import (
    ALICE,
    KNOWN,
    NOW,
    begin_sign_in,
    come_back,
    exchange,
    give_password,
    row,
    told,
)

ORIGIN = "http://inspector.localhost:8003"
DOCUMENT = Path(__file__).parents[3] / "docs" / "try-this.md"
A1 = {"site_a_session": "a1"}
A2 = {"site_a_session": "a2"}


@pytest.fixture
def traffic(visitor):
    return lambda: traffic_of(visitor, columns_of(visitor, NOW))


@pytest.fixture
def progress(traffic):
    return lambda: progress_of(traffic())


@pytest.fixture
def next_step(progress):
    """The number of the first step that was not seen yet; None once all were."""

    def next_now():
        following = progress().next
        return following and following.number

    return next_now


@pytest.fixture
def shown(traffic):
    """What shows a step first, by its number, as if those before it were done; None where nothing does."""

    def shown_of(number):
        found = STEPS[number - 1].evidence(traffic())
        return min(((one.entries[-1].id, one.text) for one in found), default=(0, None))[1]

    return shown_of


def say_closed(client, visitor="v1"):
    return client.post("/first-steps/closed/", {"visitor": visitor}, headers={"origin": ORIGIN})


def test_they_are_twelve_in_the_order_of_the_document():
    titles = re.findall(r"^\d+\. \*\*(.+)\*\*$", DOCUMENT.read_text(), re.MULTILINE)
    assert [step.title for step in STEPS] == titles[:12]
    assert len(STEPS) == 12


OPEN = " open data-opened>"


def test_with_nothing_recorded_the_front_page_is_the_first_steps(client):
    page = text_of(client.get("/"))
    assert "Nothing is recorded of this browser yet. 0 of 12 done" in page
    assert all(step.title.replace("`", "") in page for step in STEPS)


def test_all_steps_open_in_one_tab(client):
    page = client.get("/first-steps/").content.decode()
    for step in STEPS:
        for place in (step.place, *step.then):
            assert f'href="{place.server.origin}{place.path}" target="lab-server"' in page


def test_a_term_is_explained_where_the_lesson_has_it_first(client):
    terms = terms_in(client.get("/first-steps/").content.decode())
    assert len(set(terms)) == len(terms)
    assert terms[:5] == ["session", "cookie", "host", "session-key", "row"]


def count(at, **content):
    return exchange(path="/stateless/session/", at=at, **content)


def store_a_value(at, **content):
    tells = [told("site_a_session", "a1", "site_a")]
    return exchange(path="/begin/value/", at=at, after=row("a1", stored_at="now"), tells=tells, **content)


def signs_out(server="site_b", at=0.0, path="/oidc/logout/"):
    session = {f"{server}_session": f"{server}1"}
    exchange(server, path, at, method="POST", status=302, sends=session, before=row(f"{server}1", **KNOWN), user=ALICE)


def comes(server="site_a", path="/", at=0.0, key="", tells=(), **data):
    """A request with that session, which the server leaves as it is."""
    kept = row(key, **data)
    who = ALICE if "_auth_user_id" in data else None
    return exchange(server, path, at, {f"{server}_session": key}, tells, before=kept, after=kept, user=who)


def test_the_whole_lesson(client, next_step, progress):
    """Nothing of it ticks more than the step in hand."""
    assert next_step() == 1
    count(0)
    assert next_step() == 1
    count(1)
    assert next_step() == 2
    count(1.5)
    exchange(path="/begin/nothing/", at=2)
    assert next_step() == 2
    store_a_value(3)
    assert next_step() == 3
    exchange("site_b", at=4, visitor="")
    assert next_step() == 3
    comes(at=5, key="a1", stored_at="now")
    assert next_step() == 4
    comes(path="/values/", at=6, key="a1", stored_at="now")
    assert next_step() == 4
    exchange(path="/values/new-key/", at=7, method="POST", status=302, sends=A1, before=row("a1", stored_at="now"),
             after=row("a2", stored_at="now"), tells=[told("site_a_session", "a2", "site_a")])  # fmt: skip
    assert next_step() == 5
    comes(path="/values/", at=8, key="a2", stored_at="now")
    assert next_step() == 5
    french = {"stored_at": "now", "language": "fr"}
    exchange(path="/values/language/", at=9, method="POST", status=302, sends=A2, before=row("a2", stored_at="now"),
             after=row("a2", **french))  # fmt: skip
    assert next_step() == 6
    comes(path="/values/", at=10, key="a2", **french)
    assert next_step() == 6
    comes(path="/values/", at=11, key="a2", **french)
    assert next_step() == 7
    comes(path="/session/", at=12, key="a2", **french)
    assert next_step() == 8
    begin_sign_in(at=13)
    give_password(at=14)
    come_back(at=15)
    assert next_step() == 9
    comes("identity", "/signed-in/", 16, "i1", sign_in={}, **KNOWN)
    assert next_step() == 10
    begin_sign_in("site_b", at=17)
    come_back("site_b", at=18)
    assert next_step() == 11
    comes("site_b", at=18.5, key="site_b1", **KNOWN)
    signs_out(at=19)
    exchange("site_b", "/signed-out/", at=20)
    assert next_step() == 11
    begin_sign_in("site_b", at=21)
    come_back("site_b", at=22)
    assert next_step() == 12
    say_closed(client)
    assert next_step() == 12
    comes(at=23, key="site_a1", **KNOWN)
    assert next_step() == 12
    exchange("identity", at=24)
    assert next_step() is None
    assert [each.shown.text for each in progress().rows] == [
        "Site A ran the page with both counters twice.",
        "Site A told your browser to keep `site_a_session`.",
        "`site_a_session` came back to site A. A browser of the same name asked site B without it. It has no Domain, "
        "so it goes to no other host.",
        "Two keys: `a1…` at site A, `a2…` at site A.",
        "Site A stored `language`, from a form of yours.",
        "Site A found `language` in the row of the key that came.",
        "Site A showed you your row in its session table.",
        "Identity took you for alice: the row has `_auth_user_id`.",
        "Identity showed you what both calls did.",
        "A row of each names you: Identity, site A and site B.",
        "Site B deleted the row that named you, and knew you again. No password was asked.",
        "You said that you closed the browser, and the servers were asked since.",
    ]


def test_a_step_counts_what_came_after_the_one_before_it(next_step):
    store_a_value(0)
    count(1)
    count(2)
    assert next_step() == 2
    store_a_value(3)
    assert next_step() == 3


def test_who_goes_on_counting_has_not_done_the_second_step(next_step):
    for at in range(4):
        count(at, tells=[told("site_a_session", "a1", "site_a")], after=row("a1", count=at))
    assert next_step() == 2


def test_who_does_a_later_step_early_sees_it_tick_in_its_turn(next_step):
    begin_sign_in(at=1)
    give_password(at=2)
    come_back(at=3)
    assert next_step() == 1
    count(4)
    count(5)
    assert next_step() == 2
    comes(at=6, key="site_a1", tells=[told("site_a_session", "site_a1", "site_a")], **KNOWN)
    exchange("site_b", at=7)
    comes(at=8, key="site_a1", **KNOWN)
    exchange(path="/values/new-key/", at=9, method="POST", status=302, after=row("a2", **KNOWN))
    exchange(path="/values/own/", at=10, method="POST", status=302, sends=A2, after=row("a2", ink=1, **KNOWN))
    for at in (11, 12):
        comes(path="/values/", at=at, key="a2", ink=1, **KNOWN)
    comes(path="/session/", at=13, key="a2", **KNOWN)
    assert next_step() == 8
    comes(at=14, key="a2", **KNOWN)
    assert next_step() == 9


def test_where_older_entries_are_not_looked_at_a_step_that_is_not_shown_holds_up_none(progress, next_step):
    for at in range(MAX_LOOKED_AT):
        comes(path="/session/", at=at / 10, key="a1", x=1)
    assert next_step() == 1
    assert progress().rows[6].shown


def test_a_step_that_was_seen_says_when_and_by_which_entries(client):
    one, two = count(0), count(1, sends={})
    response = client.get("/first-steps/?visitor=v1")
    assert "Seen Site A ran the page with both counters twice. done 12:00:01 seen" in text_of(response)
    assert f'href="/entries/{one.id},{two.id}/"' in response.content.decode()
    assert "First steps: how three servers remember you 1 of 12 done" in text_of(response)
    assert "Next of the first steps, number 2: A server makes a cookie." in text_of(client.get("/?visitor=v1"))


def test_one_step_is_open_and_it_is_the_first_that_was_not_seen(client):
    count(0)
    page = client.get("/first-steps/?visitor=v1").content.decode()
    assert page.count(OPEN) == page.count('aria-current="step"') == 1
    assert text_in(page[page.index(OPEN) + len(OPEN) :]).startswith("1 ▸ HTTP is stateless")


def test_what_one_should_see_is_folded_until_the_step_was_done(client):
    count(0)
    count(1)
    page = client.get("/first-steps/?visitor=v1").content.decode()
    folded = re.findall(r'<details class="fold" id="watch-(\d+)">', page)
    assert folded == [str(number) for number in range(2, 13)]


def test_a_cookie_that_came_back_and_not_to_another_server_goes_to_no_other_host(shown):
    store_a_value(0)
    comes(at=1, key="a1", x=1)
    assert shown(3) is None
    exchange("site_b", at=2, visitor="", agent="another browser")
    comes(at=3, key="a1", x=1)
    assert shown(3) is None
    exchange("site_b", at=4, visitor="")
    assert shown(3) is None
    comes(at=5, key="a1", x=1)
    assert shown(3).startswith("`site_a_session` came back to site A. A browser of the same name asked site B")


@pytest.mark.parametrize("cookie", [told("site_a_session", "a1", "site_a", domain="localhost")])
def test_a_cookie_with_a_domain_shows_nothing_of_that(shown, cookie):
    exchange(tells=[cookie], after=row("a1", x=1))
    exchange("site_b", at=1)
    comes(at=2, key="a1", x=1)
    assert shown(3) is None


def test_a_cookie_that_went_to_two_servers_shows_nothing_of_that(shown):
    store_a_value(0)
    exchange("site_b", at=1, cookies=(Cookie("site_a_session", told("x", "a1").value, ""),))
    comes(at=2, key="a1", x=1)
    assert shown(3) is None


@pytest.mark.parametrize(
    ("server", "path", "values", "name"),
    [
        ("site_a", "/values/own/", {"color": "red"}, "color"),
        ("site_b", "/cart/add/", {"cart": {"ink": 1}}, "cart"),
    ],
)
def test_any_value_at_either_site_is_one(shown, server, path, values, name):
    sends, kept = {f"{server}_session": "k1"}, row("k1", **values)
    exchange(server, path, 1, method="POST", status=302, sends=sends, after=kept)
    assert f"stored `{name}`" in shown(5)
    assert shown(6) is None
    exchange(server, "/", 2, sends=sends, before=kept, after=kept)  # to which the form leads
    assert shown(6) is None
    exchange(server, "/", 3, sends=sends, before=kept, after=kept)
    assert f"found `{name}`" in shown(6)


def test_what_django_keeps_by_itself_is_no_value_that_somebody_set(shown):
    exchange("identity", "/accounts/login/", 1, method="POST", status=302, after=row("i1", sign_in={}, **KNOWN))
    store_a_value(2)
    assert shown(5) is None


def test_either_site_may_come_first(shown):
    begin_sign_in("site_b", at=1)
    give_password(at=2)
    come_back("site_b", at=3)
    known = row("site_b1", **KNOWN)
    exchange("site_b", at=4, sends={"site_b_session": "site_b1"}, before=known, after=known, user=ALICE)
    assert shown(8) == "Identity took you for alice: the row has `_auth_user_id`."
    assert shown(10) is None


def test_signing_out_of_either_site_and_in_again_counts(shown):
    signs_out("site_a", at=1)
    assert shown(11) is None
    begin_sign_in(at=2)
    come_back(at=3)
    comes(at=4, key="site_a1", **KNOWN)
    assert shown(11) == "Site A deleted the row that named you, and knew you again. No password was asked."


def test_who_types_a_password_has_not_come_back_without_one(shown):
    signs_out("identity", path="/accounts/logout/")
    signs_out("site_a", at=1)
    begin_sign_in(at=2)
    give_password(at=3)
    come_back(at=4)
    assert shown(11) is None


def test_what_ends_nothing_is_no_signing_out(shown):
    kept = row("i1", **KNOWN)
    exchange("identity", "/identity/o/logout/decide", method="POST", status=302, before=kept, after=kept)
    exchange("site_a", "/oidc/logout/", at=1, method="POST", status=403, before=row("a1", **KNOWN))
    comes(at=2, key="a1", **KNOWN)
    comes("identity", at=3, key="i1", **KNOWN)
    assert shown(11) is None


def test_what_is_another_visitors_or_perhaps_ones_own_ticks_nothing(shown):
    count(0, visitor="v2")
    count(1, visitor="v2", sends=A1)
    exchange("site_b", at=2, visitor="")
    assert [shown(number) for number in range(1, 13)] == [None] * 12


SITE_A1 = {"site_a_session": "site_a1"}
IDENTITY = {"identity_session": "i1"}


@pytest.fixture
def found(progress):
    """What is said of each server once somebody has said that the browser was closed."""
    return lambda: [said.text for said in progress().rows[11].checks]


def remembered(server, key, lifetime=True):
    cookie = told(f"{server}_session", key, server)
    if not lifetime:
        cookie.attributes.pop("max-age")
    exchange(server, "/x/", 0, tells=[cookie], after=row(key, **KNOWN), user=ALICE)


@pytest.fixture
def closed(client):
    """alice was signed in at Identity, until the browser closes, and at site A; then somebody says that it was."""
    remembered("site_a", "site_a1")
    remembered("identity", "i1", lifetime=False)
    say_closed(client)


KEPT = "Site A: the same key as before. Its cookie has a lifetime."
SENT_AGAIN = "Identity: the same key as before, though its cookie ends with the browser."


def test_before_somebody_says_so_nothing_is_checked(found):
    remembered("site_a", "site_a1")
    assert found() == []


def test_until_a_server_is_asked_that_is_said(closed, found, next_step, shown):
    assert found() == ["Not asked yet: Identity and site A."]
    assert shown(12) is None


def test_the_same_key_and_identity_s_cookie_gone(closed, found, shown):
    exchange(at=1, sends=SITE_A1, before=row("site_a1", **KNOWN), after=row("site_a1", **KNOWN))
    assert found() == [KEPT, "Not asked yet: Identity."]
    assert shown(12) is None
    exchange("identity", at=2)
    assert found() == ["Identity: its cookie came no more.", KEPT]
    assert shown(12)


def test_a_restored_session_is_called_so(closed, found, shown):
    exchange("identity", at=1, sends=IDENTITY, before=row("i1", **KNOWN), after=row("i1", **KNOWN))
    assert found()[0].startswith(SENT_AGAIN)
    assert shown(12) is None
    exchange(at=2, sends=SITE_A1, before=row("site_a1", **KNOWN), after=row("site_a1", **KNOWN))
    assert shown(12)


def test_identity_that_was_to_remember_kept_its_cookie(client, found):
    remembered("identity", "i1")
    say_closed(client)
    exchange("identity", at=1, sends=IDENTITY, before=row("i1", **KNOWN), after=row("i1", **KNOWN))
    assert found() == ["Identity: the same key as before. Its cookie has a lifetime."]


def test_who_asks_a_server_first_and_says_so_then_is_understood(client, found):
    remembered("site_a", "site_a1")
    remembered("identity", "i1", lifetime=False)
    exchange("identity", at=1)
    say_closed(client)
    assert found() == ["Identity: its cookie came no more.", "Not asked yet: site A."]


def test_another_key_is_said_to_be_one(closed, found):
    exchange(at=1, sends={"site_a_session": "other"}, before=row("other"), after=row("other"))
    assert found()[0] == "Site A: another key than before."


def test_where_nobody_saw_how_long_the_cookie_lasts_nothing_is_said_of_it(client, found):
    exchange(sends=SITE_A1, before=row("site_a1"), after=row("site_a1"))
    say_closed(client)
    exchange(at=1, sends=SITE_A1, before=row("site_a1"), after=row("site_a1"))
    assert found() == ["Site A: the same key as before."]


def test_a_session_that_was_ended_before_is_not_checked(client, found):
    remembered("site_b", "site_b1")
    signs_out(at=1)
    say_closed(client)
    assert found() == []


def test_signing_out_afterwards_takes_the_tick_not_away(closed, shown):
    exchange(at=1, sends=SITE_A1, before=row("site_a1", **KNOWN), after=row("site_a1", **KNOWN))
    exchange("identity", at=2)
    signs_out("site_a", at=3)
    assert shown(12)


def test_what_is_being_checked_is_open_though_earlier_steps_are_not_done(client):
    remembered("site_a", "site_a1")
    assert client.get("/first-steps/?visitor=v1").content.count(OPEN.encode()) == 1
    say_closed(client)
    assert client.get("/first-steps/?visitor=v1").content.count(OPEN.encode()) == 2


def test_the_button_is_there_for_somebody_who_is_known(client):
    assert "I have closed the browser" not in text_of(client.get("/first-steps/"))
    remembered("site_a", "site_a1")
    assert "I have closed the browser and started it again" in text_of(client.get("/first-steps/?visitor=v1"))


def test_what_is_said_of_a_visitor_needs_the_inspectors_own_page_and_sets_no_cookie(client, found):
    remembered("site_a", "site_a1")
    assert client.post("/first-steps/closed/", {"visitor": "v1"}).status_code == 403
    assert found() == []
    response = say_closed(client)
    assert (response.headers["Location"], dict(response.cookies)) == ("/first-steps/?visitor=v1", {})
    assert found() == ["Not asked yet: site A."]


def test_of_a_visitor_that_is_not_recorded_nothing_is_kept(client, found):
    say_closed(client)
    remembered("site_a", "site_a1")
    assert found() == []


def test_with_the_journal_goes_what_was_said(client, found):
    remembered("site_a", "site_a1")
    say_closed(client)
    empty()
    remembered("site_a", "site_a1")
    assert found() == []


def test_a_value_s_name_is_text(shown):
    exchange(path="/values/own/", method="POST", status=302, sends=A1, after=row("a1", **{"<i>*x*": 1}))
    assert "<code>&lt;i&gt;*x*</code>" in marked_up(shown(5))


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_where_site_a_signs_in_elsewhere_the_steps_say_so_first(client, is_elsewhere):
    if is_elsewhere:
        keep(SITE_A, CHOICE)
    try:
        page = text_of(client.get("/first-steps/"))
    finally:
        forget(SITE_A)
    issuer = CHOICE.settings["OIDC_OP_ISSUER"]
    said = f"Site A signs in at {issuer} now. These steps are about Identity: go back to it first."
    assert (said in page) is is_elsewhere
