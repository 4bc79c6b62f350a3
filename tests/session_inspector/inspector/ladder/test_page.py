"""Which part of the ladder a page shows."""

import pytest

from tests.page import text_of
from tests.session_inspector.inspector.traffic import exchange


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "1.5", "0x10", "²", ""])
def test_a_ladder_that_ends_nowhere_ends_at_the_newest(client, before):
    exchange(path="/shelf/")
    assert "GET /shelf/" in text_of(client.get("/ladder/", {"before": before, "visitor": "v1"}))
