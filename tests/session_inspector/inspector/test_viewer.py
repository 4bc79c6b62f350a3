"""Who sees only their own entries: what the address says, what it does not say, and what somebody tries instead."""

import json
import re
import threading
from dataclasses import replace
from itertools import islice
from unittest.mock import patch

import pytest
from django.core.cache import cache

from session_inspector.inspector.key.tries import MAX_WRONG
from session_inspector.inspector.live import watch
from session_inspector.inspector.observed.queries import newest
from session_inspector.inspector.viewer import EVERYBODY, NOBODY, Viewer, viewer, viewing
from session_inspector.inspector_address import base_for, jar_named, page_for, private_name
from session_inspector.journal.joins import merge_into
from session_inspector.journal.queries import empty
from session_inspector.journal.visitor_names import name_visitor
from tests.page import text_of
from tests.recorded import IN_EACH_ENGINE, configure, number_of_entries
from tests.session_inspector.inspector import traffic
from tests.session_inspector.inspector.class_of_visitors import (
    CALLBACK_OF_A,
    KEY,
    ORIGIN,
    begin_class,
    does_it_all,
    key_at_site,
    recorded,
)
from tests.session_inspector.inspector.traffic import address, call, cookie, exchange, masked, row

pytestmark = IN_EACH_ENGINE

NOBODY_S_PAGE = "Open the inspector from a page of your own."


@pytest.fixture(autouse=True)
def in_class(settings, journal_of_this_test):
    begin_class(settings)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ann():
    return does_it_all("nautilus", 1)


@pytest.fixture
def bob():
    return does_it_all("pequod", 2)


def page_at(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return text_of(response)


def post(client, address, **form):
    return client.post(address, form, headers={"origin": ORIGIN})


# What the address says.


def test_whoever_has_the_name_from_the_bar_sees_that_visitor_and_no_other(client, ann, bob):
    page = page_at(client, ann.address("/ladder/"))
    assert "nautilus" in page
    assert "pequod" not in page


def test_every_link_of_such_a_page_goes_on_with_the_name(client, ann):
    links = re.compile(r'(?:href|action|data-stream|data-same)="(/[^"]*)"')
    for path in ("/", "/ladder/", "/visitors/", "/export/", f"/exchange/{ann.ids[0]}/"):
        found = links.findall(client.get(ann.address(path)).content.decode())
        own = [address for address in found if not address.startswith("/static/")]
        assert own
        assert all(address.startswith(f"/{ann.name}/") for address in own), path


def test_without_a_name_it_is_said_what_to_do_and_nobody_is_listed(client, ann):
    page = page_at(client, "/visitors/", 403)
    assert NOBODY_S_PAGE in page
    assert "nautilus" not in page


@pytest.mark.parametrize("path", ["/", "/ladder/", "/journal.json", "/visitors/", "/exchange/1/"])
def test_a_wrong_name_is_answered_like_none_whether_its_jar_is_known_or_not(client, ann, path):
    proof = ann.name.partition(".")[2]
    wrong = [f"{ann.jar}.{'A' * 43}", f"{'0' * 16}.{proof}", f"{ann.jar}.{proof[::-1]}"]
    answers = {client.get(f"/{name}{path}").content for name in wrong}
    assert answers == {client.get(path).content}
    assert client.get(path).status_code == 403


def test_who_knows_the_jar_cannot_make_the_name(ann, settings, tmp_path):
    """The jar stands in exports. The proof is of 256 bits, by a key of 256 bits that only the journal's folder has."""
    assert re.fullmatch(r"[0-9a-f]{16}\.[A-Za-z0-9_-]{43}", ann.name)
    assert jar_named(ann.name) == ann.jar
    mine = ann.name
    configure(settings, fingerprint_key=tmp_path / "another_key")
    assert private_name(ann.jar) != mine
    assert jar_named(mine) == ""


def test_no_fingerprint_that_an_export_shows_is_a_part_of_the_name(client, ann):
    assert ann.name.partition(".")[2][:8] not in client.get(ann.address("/journal.json")).content.decode()


def test_who_turned_out_to_be_another_is_seen_by_the_same_name_and_who_proved_to_be_two_is_not(client, ann, bob):
    merge_into(ann.visitor, [bob.visitor])
    assert "nautilus" in page_at(client, bob.address("/ladder/"))
    empty()
    assert "Nothing recorded yet." in page_at(client, bob.address("/ladder/"))


def test_on_loopback_it_is_as_it_was(client, settings, ann):
    configure(settings, own_only=False, key="")
    assert "nautilus" in page_at(client, "/ladder/?visitor=" + ann.visitor)
    assert client.get(ann.address("/")).status_code == 404
    assert client.get("/key/").status_code == 404
    assert base_for(ann.jar) == base_for("") == ORIGIN
    assert page_for(ann.jar) == f"{ORIGIN}/?jar={ann.jar}"


def test_the_bar_of_a_page_without_a_cookie_has_no_link(ann):
    assert page_for("") == base_for("") == ""
    assert page_for(ann.jar) == f"{ORIGIN}/{ann.name}/"


# What queries heed.


def test_where_nobody_says_who_asks_nothing_is_seen(settings, ann):
    assert viewer() == NOBODY
    assert newest(100) == []
    configure(settings, own_only=False)
    assert viewer() == EVERYBODY
    assert len(newest(100)) == number_of_entries()


def test_what_is_nobodys_is_seen_by_nobody_but_who_sees_all():
    exchange(visitor="")
    with viewing(Viewer(visitor="v1")):
        assert newest(100) == []
        assert not viewer().may_see("")
    with viewing(EVERYBODY):
        assert len(newest(100)) == 1


# What somebody tries.


def test_by_the_id_of_an_entry_another_s_is_like_one_that_never_was(client, ann, bob):
    for path in ("/exchange/{}/", "/entries/{}/", "/ladder/{}/1/"):
        assert client.get(ann.address(path.format(ann.ids[0]))).status_code == 200
        theirs = client.get(ann.address(path.format(bob.ids[0])))
        never = client.get(ann.address(path.format(999_999_999)))
        assert theirs.status_code == never.status_code == 404
        assert text_of(theirs).replace(f"/{bob.ids[0]}/", "/999999999/") == text_of(never), path


def test_by_the_ids_of_several_only_ones_own_are_shown(client, ann, bob):
    page = page_at(client, ann.address(f"/entries/{ann.ids[0]},{bob.ids[0]}/"))
    assert "nautilus" in page
    assert "pequod" not in page


@pytest.mark.parametrize("path", ["/", "/ladder/", "/visitors/", "/first-steps/", "/export/", "/journal.har"])
def test_by_the_name_or_the_jar_of_another_visitor(client, ann, bob, path):
    name_visitor(bob.visitor, "Queequeg")
    for asked in ({"visitor": bob.visitor}, {"jar": bob.jar}):
        response = client.get(ann.address(path), asked, headers={"x-stay-with": bob.visitor})
        assert response.status_code == 200
        assert not {"pequod", "Queequeg"} & set(re.findall(r"\w+", response.content.decode()))


@pytest.mark.parametrize("asked", ["", "?after=0", "?after=1", "?after={}"])
def test_by_the_address_of_an_export(client, ann, bob, asked):
    found = client.get(ann.address("/journal.json") + asked.format(bob.ids[0] - 1)).json()
    assert bob.visitor not in {entry["visitor"] for entry in found["entries"]}
    assert "pequod" not in json.dumps(found)


def test_by_the_parts_of_a_ladder(client, ann, bob):
    for query in (f"?before={bob.ids[-1] + 1}", f"?after=1-{bob.ids[0]}", f"?entry={bob.ids[0]}", f"?sign_in={2:032x}"):
        assert "pequod" not in client.get(ann.address("/ladder/") + query).content.decode()


def test_by_the_sign_in_of_another(client, ann, bob):
    assert client.get(ann.address(f"/journey/{1:032x}/")).headers["Location"] == ann.address(f"/exchange/{ann.ids[2]}/")
    assert client.get(ann.address(f"/journey/{2:032x}/")).headers["Location"] == ann.address("/ladder/")


def test_another_visitor_gets_no_name_and_is_taken_for_nobody(client, ann, bob):
    assert post(client, ann.address("/visitors/name/"), visitor=bob.visitor, name="Queequeg").status_code == 400
    assert post(client, ann.address("/visitors/same/"), visitor=[ann.visitor, bob.visitor]).status_code == 400
    assert "pequod" not in client.get(ann.address("/ladder/")).content.decode()


@pytest.mark.parametrize("brought", ["another code", "no code", "the code of her own browser"])
def test_whoever_sends_somebody_the_link_of_their_own_sign_in_is_not_joined_to_them(client, ann, bob, brought):
    """She knows its ``state``, and whoever opens the link is given a code. But only his browser knows that code."""
    state, hers, his = f"{3:032x}", {"site_a_session": key_at_site(1)}, {"identity_session": "2b"}
    given, own = (address(CALLBACK_OF_A, code=masked(one)) for one in ("9c", "8c"))
    recorded(exchange, path="/oidc/authenticate/", journey=state, sends=hers, after=row(key_at_site(1)))
    opened = recorded(
        exchange, "identity", "/pequod/", journey=state, sends=his, after=row("2b"), location=given, status=302
    )
    if brought == "the code of her own browser":
        recorded(exchange, "identity", "/", journey=state, sends={"identity_session": "1b"}, location=own, status=302)
    query = {"another code": [("code", masked("7c"))], "no code": []}.get(brought, [("code", masked("8c"))])
    recorded(exchange, path="/oidc/callback/", journey=state, sends=hers, query=query, after=row(key_at_site(1)))
    recorded(call, path="/token/", journey=state)
    assert opened.visitor == bob.visitor
    assert "pequod" not in client.get(ann.address("/ladder/")).content.decode()
    assert "/token/" in client.get(ann.address("/ladder/")).content.decode()


def test_a_cookie_of_the_school_that_all_browsers_send_joins_nobody(settings):
    def came(server, key):
        sends = {f"{server}_session": key, "school": "a1b2" * 8}
        with patch.object(traffic, "cookie", lambda *of: replace(cookie(*of), is_random=of[0] == "school")):
            return recorded(exchange, server, sends=sends, after=row(key)).visitor

    assert came("site_a", "5a") != came("identity", "6b")
    configure(settings, own_only=False)
    assert came("site_a", "7a") == came("site_b", "8b")


# The key.


def enter(client, key=KEY):
    return post(client, "/key/", key=key)


def test_whoever_has_entered_the_key_sees_all(client, ann, bob):
    assert enter(client).headers["Location"] == "/"
    page = page_at(client, "/visitors/")
    assert "2 visitors" in page
    assert "pequod" in page_at(client, f"/ladder/?visitor={bob.visitor}")
    assert len(client.get("/journal.json").json()["entries"]) == number_of_entries()
    assert "This browser may see every visitor." in page_at(client, "/key/")


def test_in_a_page_of_one_person_they_see_that_one_first(client, ann, bob):
    enter(client)
    assert "nautilus" in page_at(client, ann.address("/ladder/"))


def test_the_cookie_is_for_the_inspector_alone_and_does_not_tell_the_key(client):
    cookie = enter(client).cookies["inspector_key"]
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"], cookie["path"]) == (True, "Strict", "", "/")
    assert 0 < cookie["max-age"] <= 12 * 60 * 60
    assert KEY not in cookie.value
    assert KEY.replace("-", "") not in cookie.value


def test_over_https_no_other_host_can_set_it(new_client):
    answer = new_client().post("/key/", {"key": KEY}, headers={"origin": ORIGIN}, secure=True)
    assert answer.cookies["__Host-inspector_key"]["secure"]


def test_the_key_is_forgotten_where_somebody_says_so(client, ann):
    enter(client)
    post(client, "/key/", forget="")
    assert NOBODY_S_PAGE in page_at(client, "/", 403)


@pytest.mark.parametrize("forged", ["", "yes", KEY, "a" * 64, f"{'a' * 64}:1xXx0z:{'b' * 43}"])
def test_a_forged_cookie_is_none(client, ann, forged):
    client.cookies["inspector_key"] = forged
    assert NOBODY_S_PAGE in page_at(client, "/", 403)


def test_nor_is_one_of_another_key_or_of_yesterday(client, settings, monkeypatch):
    enter(client)
    configure(settings, key="another")
    assert client.get("/").status_code == 403
    configure(settings, key=KEY)
    assert client.get("/").status_code == 200
    monkeypatch.setattr("session_inspector.inspector.key.cookie.LASTS", -1)
    assert client.get("/").status_code == 403


@pytest.mark.parametrize("wrong", ["", " ", KEY[:-1], KEY.upper(), KEY + "0", "é"])
def test_a_wrong_key_opens_nothing(client, wrong):
    response = enter(client, wrong)
    assert response.status_code == 403
    assert "That is not the key." in text_of(response)
    assert not response.cookies


def test_without_a_key_in_the_settings_nobody_sees_all(client, settings):
    configure(settings, key="")
    assert enter(client, "").status_code == 404
    assert client.get("/").status_code == 403


def test_after_many_wrong_keys_of_one_address_the_right_one_has_to_wait_too(client, new_client):
    for _ in range(MAX_WRONG):
        assert enter(client, "wrong").status_code == 403
    answer = enter(client)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert new_client(REMOTE_ADDR="10.0.0.7").post("/key/", {"key": KEY}, headers={"origin": ORIGIN}).status_code == 302
    cache.clear()  # a minute later
    assert enter(client).status_code == 302


def test_no_other_page_enters_a_key(client):
    assert client.post("/key/", {"key": KEY}, headers={"origin": "http://site-a.localhost:8001"}).status_code == 403


# What is new.


@pytest.fixture
def listening(client):
    opened = []

    def listen(address, **headers):
        response = client.get(address, headers=headers)
        assert response.status_code == 200
        opened.append(response)
        assert next(iter(response.streaming_content)) == b"retry: 1000\n\n"
        return response.streaming_content

    yield listen
    for response in opened:
        response.close()


def test_news_are_of_ones_own_traffic_only(monkeypatch, listening, ann, bob):
    monkeypatch.setattr("session_inspector.inspector.live.stream.HEARTBEAT_INTERVAL", 0)
    events = listening(ann.address("/stream/"))
    assert b"data: news" in next(events)
    exchange(visitor=bob.visitor)
    assert list(islice(events, 3)) == [b": still here\n\n"] * 3
    exchange(visitor=ann.visitor)
    assert b"data: news" in next(events)


def test_news_go_on_when_the_visitor_turns_out_to_be_another(monkeypatch, listening, ann, bob):
    monkeypatch.setattr("session_inspector.inspector.live.stream.HEARTBEAT_INTERVAL", 0)
    events = listening(bob.address("/stream/"))
    next(events)
    merge_into(ann.visitor, [bob.visitor])
    exchange(visitor=ann.visitor)
    assert b"data: news" in next(events)


def test_of_the_end_of_a_session_only_its_own_pages_hear(monkeypatch, client, listening, ann, bob):
    monkeypatch.setattr("session_inspector.inspector.live.stream.HEARTBEAT_INTERVAL", 0)
    origin = "http://site-a.localhost:8001"
    path = f"/stream/session/?fingerprint={masked(key_at_site(2)).fingerprint}"
    assert b"logout token" in next(listening(bob.address(path), origin=origin))
    assert next(listening(ann.address(path), origin=origin)) == b": still here\n\n"
    assert client.get(path, headers={"origin": origin}).status_code == 403


def test_one_look_is_for_all_who_listen_and_wakes_whom_it_concerns(monkeypatch, ann, bob):
    """However many listen, the journal is asked as often as by one."""
    asked = []
    monkeypatch.setattr(watch, "state_now", lambda: asked.append(1) or watch.State(1, len(asked)))
    monkeypatch.setattr(watch, "change_since", lambda before, now: watch.Change(frozenset({ann.visitor})))
    looks = watch.Watch()
    with looks.listening(lambda change: ann.visitor in change.visitors) as hers:
        with looks.listening(lambda change: bob.visitor in change.visitors) as his:
            assert hers.woken.wait(10)
            assert not his.woken.is_set()
        assert sum(thread.name.startswith("watch of the journal") for thread in threading.enumerate()) == 1
    assert looks.is_over.is_set()


def test_a_look_tells_whom_new_entries_concern(ann, bob):
    before = watch.state_now()
    merge_into(ann.visitor, [bob.visitor])
    entry = exchange(visitor=ann.visitor, sends={"site_a_session": "k1"})
    change = watch.change_since(before, watch.state_now())
    assert {ann.visitor, bob.visitor} <= change.visitors  # also by the name from before
    assert change.keys == {("site_a", entry.sent_key)}


def test_a_journal_that_was_emptied_concerns_all(ann):
    before = watch.state_now()
    empty()
    assert watch.change_since(before, watch.state_now()).is_of_all


# What the name must not get into.


def test_no_other_server_is_told_the_address(client, ann):
    assert client.get(ann.address("/")).headers["Referrer-Policy"] == "same-origin"


def test_an_export_does_not_have_the_name(client, ann, monkeypatch):
    monkeypatch.setattr("session_inspector.inspector.export.views.MAX_EXPORTED", 2)
    found = client.get(ann.address("/journal.json"))
    assert found.json()["next"] == f"/journal.json?after={ann.ids[1]}"
    for path in ("/journal.json", "/journal.har"):
        assert ann.name.partition(".")[2] not in client.get(ann.address(path)).content.decode()


def test_a_page_does_not_have_it_in_its_words(client, ann):
    for path in ("/", "/ladder/", "/visitors/", "/export/", "/no/such/page/"):
        assert ann.name not in text_of(client.get(ann.address(path))), path
