"""Which cookies go along when one site leads to another. Each is named after its ``SameSite``."""

from tests.facts.bench import (
    FETCH,
    FORM,
    FRAME,
    IMAGE,
    LEFT,
    LINK,
    PREFETCH,
    RIGHT,
    A,
    B,
    Bench,
    measurement,
    names,
    sent,
)

FIRST_PARTY = ("strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "unset=1")
NONE = "none=1; SameSite=None; Secure"


def sent_from(bench: Bench, page: str, way: str, target: str, *cookies: str) -> str:
    """Which of these the target gets when that page leads to it."""
    bench.set(target + "set", *cookies)
    bench.follow(way, page, target)
    return names(bench.sent_to(target))


@measurement
def link_to_another_site(bench: Bench) -> str:
    return sent_from(bench, bench.url(A), LINK, bench.url(B), *FIRST_PARTY, NONE)


@measurement
def form_to_another_site(bench: Bench) -> str:
    return sent_from(bench, bench.url(A), FORM, bench.url(B), *FIRST_PARTY, NONE)


@measurement
def fetch_to_another_site(bench: Bench) -> str:
    return sent_from(bench, bench.url(A), FETCH, bench.url(B), *FIRST_PARTY)


@measurement
def frame_of_another_site(bench: Bench) -> str:
    return sent_from(bench, bench.url(A), FRAME, bench.url(B), *FIRST_PARTY)


@measurement
def image_of_another_site(bench: Bench) -> str:
    return sent_from(bench, bench.url(A), IMAGE, bench.url(B), *FIRST_PARTY)


@measurement
def none_to_another_site(bench: Bench) -> str:
    bench.set(bench.url(B, "/set"), NONE)
    bench.follow(FETCH, bench.url(A), bench.url(B))
    return sent(bench.sent_to(bench.url(B)))


@measurement
def form_to_another_port(bench: Bench) -> str:
    return sent_from(bench, bench.url("localhost"), FORM, bench.url("localhost", port=1), *FIRST_PARTY, NONE)


@measurement
def fetch_to_another_port(bench: Bench) -> str:
    return sent_from(bench, bench.url("localhost"), FETCH, bench.url("localhost", port=1), *FIRST_PARTY, NONE)


@measurement
def frame_of_another_port(bench: Bench) -> str:
    return sent_from(bench, bench.url("localhost"), FRAME, bench.url("localhost", port=1), *FIRST_PARTY, NONE)


@measurement
def form_to_a_sibling(bench: Bench) -> str:
    return sent_from(bench, bench.url(LEFT), FORM, bench.url(RIGHT), *FIRST_PARTY, NONE)


@measurement
def fetch_to_a_sibling(bench: Bench) -> str:
    return sent_from(bench, bench.url(LEFT), FETCH, bench.url(RIGHT), *FIRST_PARTY, NONE)


@measurement
def frame_of_a_sibling(bench: Bench) -> str:
    return sent_from(bench, bench.url(LEFT), FRAME, bench.url(RIGHT), *FIRST_PARTY, NONE)


@measurement
def prefetch(bench: Bench) -> str:
    bench.set(bench.url(A), "c=1")
    bench.follow(PREFETCH, bench.url(A), bench.url(A, "/next"))
    return sent(bench.sent_to(bench.url(A, "/next")))


# A sign-in at B with the provider A, as OpenID Connect leads one


def sign_in(bench: Bench, way: str) -> None:
    """B leads to A, and A back to B: by a redirect, or by a form that one sends to A itself."""
    provider, callback = bench.url(A, "/authorize"), bench.url(B, "/callback")
    bench.answer(bench.url(B, "/begin"), location=provider)
    bench.answer(bench.url(A, "/form"), location=callback)
    if way == LINK:
        bench.answer(provider, location=callback)
    else:
        bench.answer(provider, body=FORM.format(bench.url(A, "/form")))
    bench.follow(LINK, bench.url(B, "/home"), bench.url(B, "/begin"))
    if way == FORM:
        bench.tab.click("button", "go")
    bench.web.request(callback)


@measurement
def strict_at_a_callback_after_a_form(bench: Bench) -> str:
    bench.set(bench.url(B), "state=1; SameSite=Strict")
    sign_in(bench, FORM)
    return sent(bench.sent_to(bench.url(B, "/callback")))


@measurement
def strict_at_a_callback_by_redirects_only(bench: Bench) -> str:
    bench.set(bench.url(B), "state=1; SameSite=Strict")
    sign_in(bench, LINK)
    return sent(bench.sent_to(bench.url(B, "/callback")))


def set_strict_by_callback(bench: Bench) -> None:
    front = bench.url(B, "/front")
    bench.answer(bench.url(B, "/callback"), set_cookies=["session=1; SameSite=Strict"], location=front)
    bench.answer(front, body=LINK.format(bench.url(B, "/onward")))
    sign_in(bench, FORM)
    bench.web.request(front)


@measurement
def strict_set_by_a_callback_where_it_leads(bench: Bench) -> str:
    set_strict_by_callback(bench)
    return sent(bench.sent_to(bench.url(B, "/front")))


@measurement
def strict_set_by_a_callback_on_the_next_click(bench: Bench) -> str:
    set_strict_by_callback(bench)
    bench.tab.click("link", "go")
    return sent(bench.sent_to(bench.url(B, "/onward")))
