"""What the participants say of themselves that cannot go together, or does not go well together."""

from collections.abc import Callable, Iterable
from itertools import groupby

from django.utils.text import capfirst, get_text_list

from session_inspector.explain.cookies import place_of
from session_inspector.explain.refused_cookies import reason_of_domain
from session_inspector.participant import OPENID_PROVIDER, Participant

Key = Callable[[Participant], object]


def contradictions(present: Iterable[Participant]) -> list[str]:
    """A sentence each, from their own records."""
    found = list(present)
    return [
        *(f"{named(some)} say that they are at {some[0].origin}." for some in same(found, at)),
        *(f"{len(some)} servers call themselves {some[0].name}, {places(some)}." for some in same(found, called)),
        *(f"{named(some)} each say that they sign people in." for some in same(found, is_provider)),
        *(
            f"{named(some)} have {shared_place(some[0])}, and one name for their session cookies, "
            f"{some[0].session_cookie}: each overwrites or deletes the other’s (RFC 6265, 8.5)."
            for some in same(found, keeps_cookie)
        ),
    ]


def same(found: list[Participant], key: Key) -> list[list[Participant]]:
    """Those that are alike in what ``key`` tells, where that is anything."""
    alike = groupby(sorted(found, key=lambda one: repr(key(one))), key=key)
    groups = [list(some) for value, some in alike if value]
    return [some for some in groups if len(some) > 1]


def at(one: Participant) -> str:
    return one.origin


def called(one: Participant) -> str:
    return one.name


def is_provider(one: Participant) -> bool:
    return one.role == OPENID_PROVIDER


def keeps_cookie(one: Participant) -> tuple[object, ...] | None:
    """Under which name, and where, a browser keeps its session cookie; None where it keeps none."""
    is_kept = one.session_cookie and one.host and not reason_of_domain(one.attributes, one.host)
    return (one.session_cookie, *place_of(one.attributes, one.host)) if is_kept else None


def shared_place(one: Participant) -> str:
    domain, is_host_only, _ = place_of(one.attributes, one.host)
    return f"one host, {domain}" if is_host_only else f"one Domain, {domain}"


def named(some: list[Participant]) -> str:
    """As a sentence begins with them."""
    return capfirst(get_text_list([one.title or one.name for one in some], "and"))


def places(some: list[Participant]) -> str:
    return get_text_list([f"at {one.origin}" for one in some], "and")
