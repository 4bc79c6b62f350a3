"""Two requests of one session at once: what one wrote over, and what ended the session under way."""

import pytest

from session_inspector.inspector.ladder import sentences
from session_inspector.inspector.ladder.labels import notes_of
from session_inspector.inspector.ladder.steps import ladder_of
from session_inspector.inspector.observed.overlaps import at_the_same_time
from session_inspector.inspector.observed.rungs import rungs_of
from tests.page import text_of
from tests.session_inspector.inspector.traffic import KNOWN, change, exchange, forgotten, row

CAME = {"site_a_session": "k1"}


def adds(at, ms, before, after, path="/cart/", **content):
    """A form that changes what the row says; it answers after that many milliseconds."""
    return exchange(
        path=path, at=at, ms=float(ms), method="POST", sends=CAME, before=row("k1", **before),
        after=row("k1", hours=25, **after), **content,
    )  # fmt: skip


@pytest.fixture
def ladder(client):
    return lambda: text_of(client.get("/ladder/", {"visitor": "v1"}))


def test_both_exchanges_show_it(visitor):
    by = adds(0, 500, {"cart": 0}, {"cart": 1}, "/paper/")
    wrote = adds(0.1, 3000, {"cart": 0}, {"cart": 0, "seen": 1}, "/ink/")
    said = sentences.of_newest(ladder_of(visitor))
    assert (said.text, said.entries) == (f"{LOST}.", (by, wrote))


LOST = "Site A wrote over cart, which POST /paper/ had changed meanwhile"


def test_a_save_that_wrote_over_what_another_had_changed(ladder):
    adds(0, 3000, {"cart": 0}, {"cart": 0, "seen": 1}, "/ink/")
    adds(1, 500, {"cart": 0}, {"cart": 1}, "/paper/")
    assert LOST in ladder()


def test_so_is_a_save_that_changed_the_same_value_otherwise(ladder):
    adds(0, 3000, {"cart": {}}, {"cart": {"ink": 1}}, "/ink/")
    adds(1, 500, {"cart": {}}, {"cart": {"paper": 1}}, "/paper/")
    assert LOST in ladder()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # one after the other
        ((0, 500, {"cart": 0}, {"cart": 0, "seen": 1}), (1, 500, {"cart": 0}, {"cart": 1})),
        # it had read the change
        ((0, 3000, {"cart": 0}, {"cart": 1, "seen": 1}), (1, 500, {"cart": 0}, {"cart": 1})),
        # it had read another value before
        ((0, 3000, {"cart": 5}, {"cart": 7}), (1, 500, {"cart": 0}, {"cart": 1})),
    ],
)
def test_where_nothing_was_put_back_nothing_is_said(ladder, first, second):
    adds(*first, "/ink/")
    adds(*second, "/paper/")
    assert "wrote over" not in ladder()


def test_who_has_saved_nothing_wrote_over_nothing(ladder):
    exchange(path="/ink/", ms=3000.0, sends=CAME, before=row("k1", cart=0), after=row("k1", cart=0))
    adds(1, 500, {"cart": 0}, {"cart": 1}, "/paper/")
    assert "wrote over" not in ladder()


def interrupted(**content):
    known = {"sends": CAME, "before": row("k1", **KNOWN), "status": 400}
    return exchange(path="/ink/", ms=3000.0, method="POST", **known | content)


def sign_out(at=1, **content):
    return exchange(
        path="/logout/", at=at, method="POST", sends=CAME, before=row("k1", **KNOWN),
        tells=[forgotten("site_a_session", "site_a")], **content,
    )  # fmt: skip


def test_a_session_that_another_request_ended_under_way(ladder):
    interrupted()
    sign_out()
    assert "Site A could not save the session: POST /logout/ had ended it meanwhile" in ladder()


def test_it_is_not_said_to_have_deleted_the_row_itself():
    came, other = interrupted(), sign_out()
    rung, deleting = rungs_of([came, other])
    assert [note.text for note in notes_of(rung)] == [
        "could not save the session: POST /logout/ had ended it meanwhile"
    ]
    assert [note.text for note in notes_of(deleting)] == ["the row was deleted"]


@pytest.mark.parametrize(
    ("by", "words"), [("", "a command"), ("/oidc/backchannel-logout/", "a logout token"), ("/purge/", "/purge/")]
)
def test_one_that_something_without_its_key_ended(ladder, by, words):
    interrupted()
    change("deleted", "k1", at=1, by=by)
    assert f"Site A could not save the session: {words} had ended it meanwhile" in ladder()


@pytest.mark.parametrize(
    ("content", "at"),
    [
        ({}, 4),  # later
        ({"status": 500}, 1),
        ({"tells": [forgotten("site_a_session", "site_a")]}, 1),  # it has ended it itself
        ({"after": row("k1", **KNOWN)}, 1),
    ],
)
def test_of_any_other_answer_that_is_not_said(ladder, content, at):
    interrupted(**content)
    sign_out(at)
    assert "could not save the session" not in ladder()


def test_only_those_that_overlap_are_compared_however_many_there_are():
    one_by_one = [adds(at, 500, {}, {"n": at}) for at in range(20)]
    assert list(at_the_same_time(one_by_one)) == []
    during = adds(3.2, 100, {}, {})
    ended = change("deleted", "k1", at=7.1)
    assert list(at_the_same_time([*one_by_one, during, ended])) == [
        (one_by_one[3], during), (during, one_by_one[3]), (one_by_one[7], ended), (ended, one_by_one[7]),
    ]  # fmt: skip
