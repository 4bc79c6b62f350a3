"""Several jars of cookies beside each other."""

from session_inspector.inspector.seen import seen_by
from session_inspector.inspector.visitors.comparison import compared
from tests.session_inspector.inspector.traffic import exchange, row, told


def test_two_jars_without_a_common_key_and_two_with_one(asks):
    def sentence():
        return compared(seen_by(asks())).sentence.text

    assert sentence() == "No browser has a cookie yet."
    for n, name in enumerate(("a", "b")):
        exchange(visitor=name, tells=[told("site_a_session", f"k{n}", "site_a")], after=row(f"k{n}"))
        assert sentence().startswith(("One browser so far.", "2 visitors, no key in common")[n])
    exchange(visitor="a", at=5, sends={"site_a_session": "k1"}, before=row("k1"), after=row("k1"))
    assert sentence() == "Two of these have the same key: that server takes them for one."
