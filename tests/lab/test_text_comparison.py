"""Two texts that should be equal: which characters are marked, and which sentence names the difference."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_comparison import MAX_SHOWN, Kind, Piece, compare, nearest_to

ROOT = Path(__file__).parents[2]
REGISTERED = "http://site-b.localhost:8002/oidc/callback/"


def marked(pieces: tuple[Piece, ...]) -> str:
    """A text with what differs in brackets."""
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("sent", "kind", "expected_marked", "sent_marked", "sentence"),
    [
        (
            "http://site-b.localhost:8002/oidc/callback",
            Kind.SLASH,
            "http://site-b.localhost:8002/oidc/callback[/]",
            "http://site-b.localhost:8002/oidc/callback[]",
            "The slash at the end is missing.",
        ),
        (
            "http://site-b.localhost:8002/oidc/callback//",
            Kind.SLASH,
            "http://site-b.localhost:8002/oidc/callback/[]",
            "http://site-b.localhost:8002/oidc/callback/[/]",
            "There is a slash too many at the end.",
        ),
        (
            "https://site-b.localhost:8002/oidc/callback/",
            Kind.SCHEME,
            "http[]://site-b.localhost:8002/oidc/callback/",
            "http[s]://site-b.localhost:8002/oidc/callback/",
            "The scheme is “https” instead of “http”.",
        ),
        (
            "http://127.0.0.1:8002/oidc/callback/",
            Kind.LOOPBACK,
            "http://[site-b.localhost]:8002/oidc/callback/",
            "http://[127.0.0.1]:8002/oidc/callback/",
            "The host is “127.0.0.1” instead of “site-b.localhost”: two names of one machine, and two texts.",
        ),
        (
            "http://site-a.localhost:8002/oidc/callback/",
            Kind.HOST,
            "http://site-[b].localhost:8002/oidc/callback/",
            "http://site-[a].localhost:8002/oidc/callback/",
            "The host is “site-a.localhost” instead of “site-b.localhost”.",
        ),
        (
            "http://site-b.localhost:8001/oidc/callback/",
            Kind.PORT,
            "http://site-b.localhost:800[2]/oidc/callback/",
            "http://site-b.localhost:800[1]/oidc/callback/",
            "The port is “8001” instead of “8002”.",
        ),
        (
            "http://site-b.localhost/oidc/callback/",
            Kind.PORT,
            "http://site-b.localhost[:8002]/oidc/callback/",
            "http://site-b.localhost[]/oidc/callback/",
            "The port is missing: “8002”.",
        ),
        (
            "http://site-b.localhost:8002/oidc/calback/",
            Kind.PATH,
            "http://site-b.localhost:8002/oidc/cal[l]back/",
            "http://site-b.localhost:8002/oidc/cal[]back/",
            "In the path, “l” is missing.",
        ),
        (
            "http://site-b.localhost:8002/oidccallback/",
            Kind.PATH,
            "http://site-b.localhost:8002/oidc[/]callback/",
            "http://site-b.localhost:8002/oidc[]callback/",
            "In the path, “/” is missing.",
        ),
        (
            "http://site-b.localhost:8002/oidc/Callback/",
            Kind.CASE,
            "http://site-b.localhost:8002/oidc/[c]allback/",
            "http://site-b.localhost:8002/oidc/[C]allback/",
            "Capital and small letters differ: “C” instead of “c”.",
        ),
        (
            "http://site-b.localhost:8002/oidc/callback/?from=shelf",
            Kind.QUERY,
            "http://site-b.localhost:8002/oidc/callback/[]",
            "http://site-b.localhost:8002/oidc/callback/[?from=shelf]",
            "In the query, “?from=shelf” is too much.",
        ),
        (
            "http://site-b.localhost:8002/oidc/callback/#",
            Kind.FRAGMENT,
            "http://site-b.localhost:8002/oidc/callback/[]",
            "http://site-b.localhost:8002/oidc/callback/[#]",
            "In the fragment, “#” is too much.",
        ),
        (
            "http://site-b.localhost:8002/oidc/callback\u200b/",
            Kind.PATH,
            "http://site-b.localhost:8002/oidc/callback[]/",
            "http://site-b.localhost:8002/oidc/callback[\\u200b]/",
            "In the path, “\\u200b” is too much.",
        ),
    ],
)  # fmt: skip
def test_one_difference_is_marked_and_named(sent, kind, expected_marked, sent_marked, sentence):
    found = compare(REGISTERED, sent)
    (difference,) = found.differences
    assert difference.kind is kind
    assert (marked(found.expected), marked(found.given)) == (expected_marked, sent_marked)
    assert difference.sentence == sentence


@pytest.mark.parametrize(
    ("client_id", "sentence"),
    [
        ("site-a", "“a” stands instead of “b”."),
        ("SITE-B", "Capital and small letters differ: “SITE-B” instead of “site-b”."),
        ("site-b ", "“ ” is too much."),
        ("siteb", "“-” is missing."),
        ("", "“site-b” is missing."),
    ],
)
def test_a_text_that_is_no_address_is_compared_as_a_whole(client_id, sentence):
    assert [difference.sentence for difference in compare("site-b", client_id).differences] == [sentence]


def test_each_part_of_an_address_that_differs_has_a_sentence():
    found = compare(REGISTERED, "https://127.0.0.1/oidc/callback")
    assert [difference.kind for difference in found.differences] == [
        Kind.SCHEME, Kind.LOOPBACK, Kind.PORT, Kind.SLASH,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["javascript:alert(1)", "//[", "http:/x", "", "http://[::1"])
def test_what_is_no_address_is_compared_all_the_same(text):
    assert compare(REGISTERED, text).differences


def test_the_nearest_of_several_is_the_one_of_which_the_fewest_characters_differ():
    found = nearest_to("http://b/x", ["https://elsewhere/x", "http://b/x/", "http://b/yyy"])
    assert marked(found.expected) == "http://b/x[/]"
    assert nearest_to("http://b/x", []) is None


def test_a_long_text_is_cut_off_and_a_sentence_quotes_its_beginning():
    found = compare("x", "y" * 5000)
    assert sum(len(piece.text) for piece in found.given) == MAX_SHOWN
    assert found.differences[0].sentence == "“" + "y" * 40 + "…” stands instead of “x”."


@pytest.mark.parametrize(
    ("expected", "sent", "sentence"),
    [
        ("http://a/", "http:///", "The host is missing: “a”."),
        ("http:///", "http://a/", "There is a host too many: “a”."),
        ("http://a/", "http://a:1/", "There is a port too many: “1”."),
        ("http://a/b", "http://a/bc", "In the path, “c” is too much."),
        ("http://a/b", "http://a/c", "In the path, “c” stands instead of “b”."),
        ("http://a/?b", "http://a/", "In the query, after the question mark, “?b” is missing."),
        ("http://a/?b", "http://a/?c", "In the query, “c” stands instead of “b”."),
        ("http://a/#b", "http://a/", "In the fragment, after #, “#b” is missing."),
        ("http://a/#b", "http://a/#c", "In the fragment, “c” stands instead of “b”."),
        ("ftp://a/", "http://a/", "The scheme is “http” instead of “ftp”."),
    ],
)
def test_a_part_may_be_missing_too_much_or_another(expected, sent, sentence):
    assert [difference.sentence for difference in compare(expected, sent).differences] == [sentence]


TEXTS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=30)
URIS = st.builds("{}://{}{}".format, TEXTS, TEXTS, TEXTS)


@given(TEXTS | URIS, TEXTS | URIS)
def test_the_pieces_are_the_texts_again_and_texts_that_differ_are_said_to(one, other):
    found = compare(one, other)
    assert "".join(piece.text for piece in found.expected) == one
    assert "".join(piece.text for piece in found.given) == other
    assert bool(found.differences) == (one != other)
    assert all(difference.sentence for difference in found.differences)
    assert bool(found.size) == (one != other)


def test_identity_shows_two_texts_as_the_package_does_that_one_can_take_along():
    of_package = ROOT / "shared" / "relying_party" / "templates" / "relying_party" / "mismatch.html"
    of_identity = ROOT / "identity" / "templates" / "identity" / "mismatch.html"
    assert of_identity.read_text() == of_package.read_text()
