"""What a page says leads to the entries that it rests on."""

import re

import pytest

from session_inspector.inspector.statement import MAX_NAMED, RULES, Rule, Statement, resting_on
from tests.page import text_of
from tests.session_inspector.inspector.traffic import (
    exchange,
)


def test_a_sentence_names_each_entry_once_and_the_newest_of_many():
    found = [exchange(at=n) for n in range(MAX_NAMED + 2)]
    said = Statement("So it is.", resting_on([*reversed(found), found[0], None]), Rule.COOKIES)
    assert said.entries == tuple(found)
    assert said.named == ",".join(str(entry.id) for entry in found[2:])


def test_without_a_rule_it_was_seen():
    assert (Statement("So it is.").grade, Statement("So it is.", rule=Rule.HOST).grade) == ("seen", "follows")


@pytest.mark.parametrize("path", ["/", "/ladder/", "/visitors/"])
@pytest.mark.usefixtures("signed_in")
def test_the_headline_leads_to_what_it_rests_on_and_the_rule(client, path):
    page = client.get(path, {"visitor": "v1"}).content.decode()
    (link,) = re.findall(r'</h1> ?<a class="grade follows" href="([^"]+)"', page)
    answer = client.get(link)
    assert answer.status_code == 200
    assert any(rule in text_of(answer) for rule in RULES.values())


@pytest.mark.usefixtures("signed_in")
def test_every_mark_of_side_by_side_leads_to_entries_that_are_there(client):
    page = client.get("/", {"visitor": "v1"}).content.decode()
    links = set(re.findall(r'class="grade \w+" href="([^"]+)"', page))
    assert len(links) > 5
    assert {client.get(link).status_code for link in links} == {200}


def test_what_is_known_by_the_user_agent_only_is_marked_and_stands_in_no_headline(client):
    exchange("site_a", tells=[], visitor="v1", sends={"site_a_csrftoken": "c1"})
    exchange("site_b", at=1, visitor="")
    page = text_of(client.get("/", {"visitor": "v1"}))
    assert "A stranger to site A: no session cookie came." in page
    assert "of site B nothing is certain" in page
    assert "Site B, the shop:8002 not certain a guess" in page
    assert "GET /, 12:00:01 a guess" in page


def test_entries_that_are_gone_are_said_to_be(client):
    one = exchange()
    assert "1 more is not in the journal any more" in text_of(client.get(f"/entries/{one.id},{one.id + 7}/"))
    answer = client.get(f"/entries/{one.id + 7}/")
    assert answer.status_code == 404
    assert "not in the journal any more" in text_of(answer)


@pytest.mark.parametrize("address", ["/entries/1,/", "/entries/x/", "/entries/1,2,3,4,5,6,7,8,9/", "/entries/-1/"])
def test_an_address_that_names_no_entries_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_a_rule_that_there_is_not_is_none(client):
    assert "It was seen here." in text_of(client.get(f"/entries/{exchange().id}/?rule=<b>"))
