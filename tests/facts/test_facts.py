"""The form of the table. What it says is measured by ``make facts``."""

import pytest

from tests.browser.engines.installed import FIND
from tests.facts import table
from tests.facts.measure import Result
from tests.facts.measurements import MEASUREMENTS

FACTS = table.read()


def test_each_row_has_a_measurement_and_each_measurement_a_row():
    rows = [fact.id for fact in FACTS]
    assert sorted(rows) == sorted(MEASUREMENTS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_a_row_says_one_sentence_and_an_answer_that_was_measured_in_each_engine(fact):
    assert fact.claim[0].isupper()
    assert fact.claim.endswith(".")
    assert all(fact.expected(engine) for engine in FIND)
    assert set(fact.measured) == set(FIND)


def test_answers_that_are_written_for_each_engine_differ():
    apart = [fact.answer for fact in FACTS if not isinstance(fact.answer, str)]
    assert [answers for answers in apart if len(set(answers.values())) == 1 or set(answers) != set(FIND)] == []


def test_the_table_is_written_as_it_is_read(tmp_path, monkeypatch):
    before = table.TABLE.read_text()
    monkeypatch.setattr(table, "TABLE", tmp_path / "facts.toml")
    table.TABLE.write_text(before)
    table.write(table.read())
    assert table.TABLE.read_text() == before


def test_a_difference_names_the_row_the_engine_and_both_answers():
    fact = table.Fact(
        "prefetch", "A page that is prefetched gets its cookies.", {"chromium": "sent", "firefox": "sent"}
    )
    result = Result("153", {"prefetch": "not sent"})
    assert [str(found) for found in result.differences("firefox", [fact])] == [
        "prefetch in firefox: was 'sent', is 'not sent'"
    ]
