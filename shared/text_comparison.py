"""Two texts that should be equal and are not: where they differ, and how. Needs the standard library only.

A module beside the packages, like ``bounded_http``: Identity compares redirect URIs, a Relying Party issuers, and no
package imports another. It says what differs, and not why: the cause depends on what the texts are.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple

MAX_SHOWN = 500  # characters of one text that are compared; more is cut off at its end
MAX_QUOTED = 40  # characters that a sentence quotes


class Kind(StrEnum):
    """In which way two texts differ. ``LOOPBACK``: both hosts are names of the browser's own machine."""

    SLASH = "slash"
    SCHEME = "scheme"
    LOOPBACK = "loopback"
    HOST = "host"
    PORT = "port"
    PATH = "path"
    QUERY = "query"
    FRAGMENT = "fragment"
    CASE = "case"
    TEXT = "text"


class Piece(NamedTuple):
    """Part of a text. ``differs`` and empty: here the other text has something, and this one has nothing."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Difference:
    """``expected`` and ``given`` are the parts of the two texts that are not equal."""

    kind: Kind
    expected: str
    given: str

    @property
    def sentence(self) -> str:
        """What differs, in words."""
        return SENTENCES[self.kind][0 if not self.given else 1 if not self.expected else 2].format(
            expected=quoted(self.expected), given=quoted(self.given)
        )


@dataclass(frozen=True)
class Comparison:
    """The pieces of each text, joined, are the text again as it is shown, at most ``MAX_SHOWN`` characters of it.

    Without a difference, the texts are equal as far as they are compared.
    """

    expected: tuple[Piece, ...]
    given: tuple[Piece, ...]
    differences: tuple[Difference, ...]

    @property
    def size(self) -> int:
        """How many characters differ: the smaller, the more alike the texts."""
        return sum(len(piece.text) for piece in (*self.expected, *self.given) if piece.differs)


class Address(NamedTuple):
    """A URI in parts that, joined, are the URI again: nothing is decoded, put in lower case or left out."""

    scheme: str
    authority: str
    port: str
    path: str
    query: str
    fragment: str


KINDS = Address(Kind.SCHEME, Kind.HOST, Kind.PORT, Kind.PATH, Kind.QUERY, Kind.FRAGMENT)

# Of each kind: what is missing, what is too much, what is another; empty where that cannot be.
SENTENCES = {
    Kind.SLASH: ("The slash at the end is missing.", "There is a slash too many at the end.", ""),
    Kind.SCHEME: ("", "", "The scheme is {given} instead of {expected}."),
    Kind.LOOPBACK: ("", "", "The host is {given} instead of {expected}: two names of one machine, and two texts."),
    Kind.HOST: (
        "The host is missing: {expected}.",
        "There is a host too many: {given}.",
        "The host is {given} instead of {expected}.",
    ),
    Kind.PORT: (
        "The port is missing: {expected}.",
        "There is a port too many: {given}.",
        "The port is {given} instead of {expected}.",
    ),
    Kind.PATH: (
        "In the path, {expected} is missing.",
        "In the path, {given} is too much.",
        "In the path, {given} stands instead of {expected}.",
    ),
    Kind.QUERY: (
        "In the query, after the question mark, {expected} is missing.",
        "In the query, {given} is too much.",
        "In the query, {given} stands instead of {expected}.",
    ),
    Kind.FRAGMENT: (
        "In the fragment, after #, {expected} is missing.",
        "In the fragment, {given} is too much.",
        "In the fragment, {given} stands instead of {expected}.",
    ),
    Kind.CASE: ("", "", "Capital and small letters differ: {given} instead of {expected}."),
    Kind.TEXT: (
        "{expected} is missing.",
        "{given} is too much.",
        "{given} stands instead of {expected}.",
    ),
}


def compare(expected: str, given: str) -> Comparison:
    """Where ``given`` is not as ``expected``. URIs are compared part by part, other texts as a whole.

    A character that nobody sees, such as a tab or a space of no width, becomes its escape: ``\\u200b``.
    """
    expected, given = visible(expected[:MAX_SHOWN]), visible(given[:MAX_SHOWN])
    first, second = address_in(expected), address_in(given)
    pairs = list(zip(KINDS, first, second, strict=True)) if first and second else [(Kind.TEXT, expected, given)]
    return Comparison(
        tuple(merged(piece for _, one, other in pairs for piece in pieces_of(one, other))),
        tuple(merged(piece for _, one, other in pairs for piece in pieces_of(other, one))),
        tuple(difference_of(Kind(kind), one, other) for kind, one, other in pairs if one != other),
    )


def visible(text: str) -> str:
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def nearest_to(given: str, candidates: Iterable[str]) -> Comparison | None:
    """The comparison with the candidate of which the fewest characters differ; None without candidates."""
    return min((compare(candidate, given) for candidate in candidates), key=lambda found: found.size, default=None)


def address_in(text: str) -> Address | None:
    """The parts of a URI with an authority (RFC 3986, appendix B); None for another text."""
    found = re.fullmatch(r"([^:/?#]+://)([^/?#]*?)(:\d*)?(/[^?#]*)?(\?[^#]*)?(#.*)?", text, re.DOTALL)
    return Address(*(part or "" for part in found.groups())) if found else None


def pieces_of(text: str, other: str) -> Iterator[Piece]:
    """``text`` as it begins and ends like ``other``, and what differs in between."""
    if text == other:
        yield Piece(text, False)
        return
    before, own, _, after = split(text, other)
    yield from (Piece(before, False), Piece(own, True), Piece(after, False))


def split(text: str, other: str) -> tuple[str, str, str, str]:
    """What both begin with, what lies between in the one and in the other, what both end with."""
    before = common_beginning(text, other)
    rest, other_rest = text[len(before) :], other[len(before) :]
    after = common_beginning(rest[::-1], other_rest[::-1])[::-1]
    return before, rest[: len(rest) - len(after)], other_rest[: len(other_rest) - len(after)], after


def common_beginning(text: str, other: str) -> str:
    return "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(text, other, strict=False)))


def merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Without empty pieces that are equal; neighbours that are equal are one."""
    held = ""
    for piece in pieces:
        if piece.differs:
            yield from [Piece(held, False)] if held else []
            held = ""
            yield piece
        else:
            held += piece.text
    yield from [Piece(held, False)] if held else []


def difference_of(kind: Kind, expected: str, given: str) -> Difference:
    """Of two parts that are not equal. A scheme, host or port is named whole, of other parts what differs."""
    _, missing, surplus, _ = split(expected, given)
    if expected.lower() == given.lower():
        return Difference(Kind.CASE, missing, surplus)
    if kind is Kind.PATH and {missing, surplus} == {"/", ""} and expected.rstrip("/") == given.rstrip("/"):
        return Difference(Kind.SLASH, missing, surplus)
    if kind is Kind.HOST and are_names_of_one_machine(expected, given):
        return Difference(Kind.LOOPBACK, expected, given)
    if kind is Kind.SCHEME:
        return Difference(kind, expected.removesuffix("://"), given.removesuffix("://"))
    if kind in (Kind.HOST, Kind.PORT):
        return Difference(kind, expected.removeprefix(":"), given.removeprefix(":"))
    return Difference(kind, missing, surplus)


def are_names_of_one_machine(*hosts: str) -> bool:
    """Whether browsers take all of them for their own machine, and one is ``localhost`` itself, or a number."""
    plain, longer = r"localhost|127(\.\d+){3}|\[::1\]", r".+\.localhost"
    loopback = all(re.fullmatch(f"{plain}|{longer}", host, re.IGNORECASE) for host in hosts)
    return loopback and any(re.fullmatch(plain, host, re.IGNORECASE) for host in hosts)


def quoted(text: str) -> str:
    return f"“{text if len(text) <= MAX_QUOTED else text[:MAX_QUOTED] + '…'}”"
