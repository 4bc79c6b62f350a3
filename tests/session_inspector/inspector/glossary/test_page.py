"""The page of all terms."""

import html
import re

from session_inspector.inspector.glossary.terms import TERMS
from session_inspector.inspector.glossary.views import in_columns
from tests.page import text_of


def test_each_term_stands_on_the_page_with_its_text_and_its_reference(client):
    page = text_of(client.get("/glossary/"))
    for term in TERMS:
        assert f"{term.name} {term.text} {term.reference}" in page


def test_each_term_has_an_anchor_inside_of_what_opens(client):
    page = html.unescape(client.get("/glossary/").content.decode())
    found = re.findall(r"<details>\s*<summary>([^<]*)</summary>\s*<p id=\"([^\"]*)\">", page)
    assert found == [(term.name, term.slug) for term in TERMS]


def test_terms_go_on_from_the_bottom_of_a_column_to_the_top_of_the_next():
    assert in_columns(TERMS[:7]) == [TERMS[:3], TERMS[3:6], TERMS[6:7]]
