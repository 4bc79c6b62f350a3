"""What the page says of each server."""

from tests.page import text_of
from tests.session_inspector.inspector.traffic import ALICE, exchange, row, told


def test_what_is_not_recorded_is_not_taken_for_nobody(client):
    exchange("site_b", tells=[told("site_b_session", "b1", "site_b")], after=row("b1"))
    page = text_of(client.get("/?visitor=v1"))
    assert "Identity not seen yet" in page
    assert "site B nobody" in page


def test_a_row_that_has_run_out_is_said_to(client):
    kept = row("a1", hours=-70, _auth_user_id="1")  # one hour after the exchange, and long ago
    exchange(at=-71 * 3600, tells=[told("site_a_session", "a1", "site_a")], after=kept, user=ALICE)
    page = text_of(client.get("/?visitor=v1"))
    assert "a key, and a row past its expire date, which counts as none" in page
