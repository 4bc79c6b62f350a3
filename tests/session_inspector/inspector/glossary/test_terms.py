"""The terms themselves, and the tag that explains one where it stands."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.template import Context, Template

from claims.works import WORKS
from session_inspector.inspector.glossary.terms import BY_NAME, TERMS
from tests.recorded import configure

ROOT = Path(__file__).parents[4]
TEMPLATES = [path for folder in ("identity", "site_a", "site_b", "shared") for path in (ROOT / folder).rglob("*.html")]
TAG = re.compile(r"{% term \"([^\"]*)\"")
REFERENCES = {"datatracker.ietf.org", "openid.net", "docs.djangoproject.com", "developer.mozilla.org"}
MAX_WORDS = 45

each_term = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.slug)


@each_term
def test_a_term_is_explained_in_at_most_two_short_sentences(term):
    assert len(re.findall(r"[.](?= |$)", term.text)) <= 2
    assert term.text.endswith(".")
    assert len(term.text.split()) <= MAX_WORDS


@each_term
def test_a_term_leads_to_a_reference_that_says_more(term):
    link = urlsplit(term.link)
    assert (link.scheme, link.hostname in REFERENCES) == ("https", True)
    assert term.reference.partition(", ")[0] in WORKS


def test_terms_are_in_alphabetical_order_each_once_with_an_anchor_of_its_own():
    names = [term.name for term in TERMS]
    assert names == sorted(names, key=str.casefold)
    assert len({term.slug for term in TERMS}) == len(TERMS)
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", term.slug) for term in TERMS)


def test_every_template_explains_terms_that_there_are():
    used = {(path.name, name) for path in TEMPLATES for name in TAG.findall(path.read_text())}
    assert used
    assert {(where, name) for where, name in used if name not in BY_NAME} == set()


def rendered(tag):
    return Template("{% load session_inspector %}" + tag).render(Context())


def test_a_term_leads_to_its_place_in_the_glossary_and_says_what_it_means(settings):
    configure(settings, inspector="http://inspector.example")
    link = rendered('{% term "session key" %}')
    assert 'href="http://inspector.example/glossary/#session-key"' in link
    assert f'aria-description="{BY_NAME["session key"].text}"' in link
    assert link.endswith(">session key</a>")


def test_a_term_can_be_shown_in_other_words():
    link = rendered('{% term "session key" "key" %}')
    assert "#session-key" in link
    assert link.endswith(">key</a>")


def test_what_is_no_term_cannot_be_shown():
    with pytest.raises(KeyError, match="sesion"):
        rendered('{% term "sesion" %}')
