"""A term in a sentence of a failure page."""

from django.template import Context, Template


def test_a_full_stop_stands_directly_after_a_term():
    shown = Template('{% load relying_party %}a {% term "authorization code" "code" %}.').render(Context())
    assert "code" in shown
    assert shown.startswith("a <")
    assert shown[-2:].strip() == shown[-2:]


def test_what_a_term_says_is_escaped():
    shown = Template('{% load relying_party %}{% term "state" words %}').render(Context({"words": "<b>"}))
    assert "<b>" not in shown
