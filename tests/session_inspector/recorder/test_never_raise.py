"""A fault of the recorder's own."""

import logging

import pytest

from tests.recorded import number_of_entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recording")]


@pytest.mark.parametrize("step", ["row_before", "record"])
def test_it_is_a_line_in_the_log_and_the_server_answers_as_ever(client, monkeypatch, caplog, step):
    monkeypatch.setattr(f"session_inspector.recorder.middleware.{step}", lambda *arguments: 1 / 0)
    with caplog.at_level(logging.ERROR):
        for n in (1, 2):
            assert f"in the session: {n}" in client.get("/stateless/plain/").content.decode()
    assert {record.getMessage() for record in caplog.records} == {"The recorder failed, the server did not"}
    assert number_of_entries() == 0  # what is not known is not recorded
