"""How the clicks lie on the page."""

import pytest

from session_inspector.inspector.ladder.clicks import clicks_of
from session_inspector.inspector.ladder.filters import Filter
from session_inspector.inspector.ladder.steps import ladder_of
from session_inspector.inspector.observed.queries import state_of_journal
from tests.page import text_of
from tests.session_inspector.inspector.traffic import begin_sign_in, change, come_back, exchange, row


@pytest.fixture
def clicks(visitor):
    return lambda **asked: clicks_of(ladder_of(visitor), Filter(), **asked)


def ids(found):
    return [click.id for click in found]


def test_of_no_click_there_is_nothing_to_fold(clicks):
    found = clicks()
    assert (found.folded, found.last, found.newest) == ([], None, None)


def test_the_newest_is_open_the_one_before_is_a_line_all_others_are_one_count(clicks):
    made = [exchange(path=f"/{n}/", at=n).id for n in range(6)]
    found = clicks()
    assert (found.newest.id, found.newest.is_open) == (made[-1], True)
    assert (found.last.id, found.last.is_open) == (made[-2], False)
    assert (ids(found.folded), found.number, found.equal) == (made[:-2], 4, 0)


def test_a_click_that_was_the_same_as_a_later_one_stands_with_it(clicks, client):
    for n in range(4):
        exchange(at=n * 2)
        exchange(path="/x/", at=n * 2 + 1)
    found = clicks()
    assert [(click.rungs[0].message.path, len(click.alike)) for click in found.folded] == [("/", 2), ("/x/", 2)]
    assert (found.number, found.equal) == (6, 4)
    said = text_of(client.get("/ladder/?visitor=v1"))
    assert "6 earlier clicks since 12:00:00; 4 equal clicks folded" in said
    assert said.count("2 equal clicks before since 12:00:0") == 2


def test_equal_sign_ins_fold(clicks):
    for n in range(5):
        begin_sign_in("site_b", at=n * 20)
        come_back("site_b", at=n * 20 + 1)
    found = clicks()
    (shown,) = found.folded
    assert (len(shown.alike), found.number) == (2, 3)


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/y/"},
        {"status": 404},
        {"server": "site_b"},
        {"after": row("a1")},
    ],
)
def test_a_click_with_another_message_or_sentence_is_another(clicks, other):
    exchange(path="/x/")
    exchange(**{"path": "/x/", "at": 1, **other})
    for n in range(2, 4):
        exchange(path="/z/", at=n)
    assert clicks().equal == 0


def test_what_two_clicks_with_one_sentence_asked_tells_them_apart(client):
    for n in range(4):
        exchange(path=f"/{n}/", at=n)
    said = text_of(client.get("/ladder/?visitor=v1"))
    for n in range(4):
        assert f"Site A did not know you: no session cookie came, and none was set GET /{n}/" in said


def test_of_several_messages_their_number_is_said(clicks):
    begin_sign_in()
    exchange("identity", "/identity/o/authorize", 0.1)
    change("deleted", "k", at=5)
    found = clicks()
    assert (found.last.in_short, found.newest.in_short) == ("4 messages", "1 message")


def test_an_address_that_names_an_entry_opens_its_click(clicks, client):
    made = [exchange(path=f"/{n}/", at=n).id for n in range(5)]
    found = clicks(entry_id=made[1])
    assert [click.is_open for click in found.folded] == [False, True, False]
    assert (
        '<details class="earlier" id="earlier" open>'
        in client.get("/ladder/", {"visitor": "v1", "entry": made[1]}).content.decode()
    )


def test_a_page_that_has_everything_needs_no_click_again(clicks):
    for n in range(4):
        exchange(path=f"/{n}/", at=n)
    found = clicks(has=state_of_journal())
    assert all(click.is_known for click in (*found.folded, found.last, found.newest))


def test_news_are_the_clicks_that_are_new(clicks):
    for n in range(4):
        exchange(path=f"/{n}/", at=n)
    has = state_of_journal()
    new = exchange(path="/new/", at=5).id
    found = clicks(has=has)
    assert (found.newest.id, found.newest.is_known, found.last.is_known) == (new, False, True)


def test_a_click_that_goes_on_is_news_and_so_is_what_came_after_it(clicks):
    begin_sign_in()
    exchange(path="/other/", at=0.2)
    has = state_of_journal()
    exchange("identity", "/identity/o/authorize", 0.1)
    found = clicks(has=has)
    assert not found.last.is_known
    assert not found.newest.is_known


def test_a_click_of_which_a_site_was_told_later_is_news(clicks):
    exchange("identity", "/accounts/logout/", method="POST", status=302, location="/signed-out/", ms=200.0,
             sends={"identity_session": "i1"}, before=row("i1", _auth_user_id="1"))  # fmt: skip
    exchange(path="/between/", at=1)
    has = state_of_journal()
    change("deleted", "a", "site_a", 5, by="/oidc/backchannel-logout/")
    assert [click.is_known for click in clicks(has=has).folded] == [False]


@pytest.mark.parametrize("has", ["x", "0-1", "another-file-1", "-", "1-²"])
def test_of_another_journal_the_page_has_nothing(clicks, has):
    exchange()
    assert not clicks(has=has).newest.is_known
