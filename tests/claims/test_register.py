"""What is in the register is said somewhere, and stands on something."""

import pytest

from claims.backing import facts, faults
from claims.check import compare
from claims.entries import Entry, entries
from claims.passages import Sentence
from claims.triggers import triggers

SAID = "A cookie knows hosts, not ports."
BACKING = {"spec": "RFC 6265, 8.5"}
HERE = "tests/claims/test_register.py"


class SomeClass:
    def method(self) -> None: ...


def sentence(text: str) -> Sentence:
    return Sentence("page.html", 3, text)


def entry(text: str) -> Entry:
    return Entry("page.html", text, BACKING)


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "It looks at the Host of each.",
        "The keys of both rotated twice.",
        "The name is SESSION_COOKIE_NAME in both.",
        "It never signs you in.",
        "Nobody expires too early.",
    ],
)
def test_a_sentence_with_a_word_of_the_trade_must_stand_in_the_register(text):
    assert triggers(text)
    assert compare([sentence(text)], []).unbacked == [sentence(text)]


@pytest.mark.parametrize("text", ["Welcome to the library.", "Session key", "This is a monkey puzzle."])
def test_one_without_such_a_word_or_a_mere_label_need_not(text):
    assert compare([sentence(text)], []).is_good


def test_what_stands_in_it_is_backed():
    found = compare([sentence(SAID), sentence("Welcome.")], [entry(SAID)])
    assert found.is_good
    assert (found.read, found.backed) == (2, {"spec": 1})


def test_an_edited_sentence_loses_its_entry():
    edited = sentence("A cookie knows hosts and ports.")
    found = compare([edited], [entry(SAID)])
    assert (found.unbacked, found.stale) == ([edited], [entry(SAID)])
    assert not found.is_good


def test_the_same_words_in_another_file_need_an_entry_of_their_own():
    elsewhere = Sentence("other.html", 1, SAID)
    assert compare([sentence(SAID), elsewhere], [entry(SAID)]).unbacked == [elsewhere]


def test_an_entry_whose_sentence_is_gone_is_stale():
    assert compare([], [entry(SAID)]).stale == [entry(SAID)]


def test_an_entry_that_stands_on_nothing_is_wrong():
    nothing = Entry("page.html", SAID, {"spec": "RFC 6265"})
    found = compare([sentence(SAID)], [nothing])
    assert found.wrong == [(nothing, "no such spec: RFC 6265")]
    assert not found.is_good


@pytest.mark.parametrize(
    "backing",
    [
        {"test": f"{HERE}::test_what_stands_in_it_is_backed"},
        {"test": f"{HERE}::SomeClass::method"},
        {
            "test": [f"{HERE}::test_what_stands_in_it_is_backed", f"{HERE}::SomeClass::method"],
            "spec": "RFC 9110, 15.4.3",
        },
        {"spec": "Django 5.2 documentation, How to use sessions"},
        {"none": "label"},
        {"none": "instruction: what to press"},
    ],
)
def test_what_is_there_can_be_stood_on(backing):
    assert faults(backing) == []


@pytest.mark.parametrize(
    "backing",
    [
        {},
        {"test": []},
        {"test": f"{HERE}::test_that_nobody_wrote"},
        {"test": f"{HERE}::method"},
        {"test": "tests/no_such_file.py::test_it"},
        {"fact": "no-such-row"},
        {"spec": "RFC 1, 2"},
        {"spec": "RFC 6265, "},
        {"none": "because"},
        {"hearsay": "somebody said so"},
    ],
)
def test_what_is_not_there_cannot(backing):
    assert len(faults(backing)) == 1


def test_a_register_may_have_a_file_for_each_area(tmp_path):
    for area in ("one", "two"):
        (tmp_path / f"{area}.toml").write_text(f'["{area}.html"]\n"{SAID}" = {{ spec = "RFC 6265, 8.5" }}\n')
    assert list(entries(tmp_path)) == [Entry("one.html", SAID, BACKING), Entry("two.html", SAID, BACKING)]


def test_a_browser_fact_is_a_row_of_the_table(tmp_path):
    (tmp_path / "facts.toml").write_text('[[fact]]\nid = "ports"\n[[fact]]\nid = "names"\n')
    assert facts(tmp_path / "facts.toml") == {"ports", "names"}
