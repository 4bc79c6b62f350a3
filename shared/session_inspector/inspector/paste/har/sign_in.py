"""The provider's answers, and rows of redirects that come to no end."""

from collections import Counter
from collections.abc import Iterable
from itertools import zip_longest

from session_inspector.inspector.paste import callback
from session_inspector.inspector.paste.callback import callback_of
from session_inspector.inspector.paste.har.archive import Archive, Message, is_way_there, state_in, without_query
from session_inspector.inspector.paste.place import Place
from session_inspector.inspector.paste.reading import REDACTOR, Finding, Topic, findings_of, shown_value

LOOP = 3  # times that redirects lead to one address until it is called a loop
OF_CALLBACK = tuple(check for check in callback.CHECKS if check is not callback.check_port)


def of_errors(archive: Archive) -> Iterable[Finding]:
    """Of each answer of a provider. The sign-in began where the first redirect with that state came from: the provider
    itself leads there again, after its form."""
    began: dict[str, Place] = {}
    for message in archive.messages:
        if message.is_answer:
            started = began.get(state_in(message.url))
            yield from numbered(message, of_post(message) if message.is_by_post else of_query(message, started))
            yield from numbered(message, of_status(message))
        if is_way_there(message.location):
            began.setdefault(state_in(message.location), message.place)


def of_query(message: Message, began: Place | None) -> Iterable[Finding]:
    answer = callback_of(message.url, began)
    return findings_of(answer, OF_CALLBACK) if answer else ()


def of_post(message: Message) -> Iterable[Finding]:
    if not message.has_session_cookie:
        yield Finding(
            "The provider answered by POST, and no session cookie came with it.",
            "From another site, no browser sends a cookie with SameSite=Lax or Strict with a POST. The request had "
            "response_mode=form_post.",
            "Ask without response_mode: then the answer is a redirect, with which Lax cookies come.",
            Topic.STRICT,
        )


def numbered(message: Message, findings: Iterable[Finding]) -> Iterable[Finding]:
    for one in findings:
        yield Finding(f"Message {message.number}: {one.statement}", one.cause, one.remedy, one.topic)


def of_status(message: Message) -> Iterable[Finding]:
    if message.status >= 500:
        yield Finding(
            f"The callback was answered with {message.status}: the site failed.",
            "The token endpoint or the keys could not be reached, or the site’s code raised an error.",
            "Read the site’s log of this time.",
            Topic.CALLBACK,
        )
    elif message.status >= 400:
        yield Finding(
            f"The callback was answered with {message.status}: the site refused it.",
            "The state was not found in the session, the code came twice, or a token did not pass its checks.",
            "Look whether the session cookie came with it. Then read the site’s log.",
            Topic.CALLBACK,
        )
    elif message.status <= 0:
        yield Finding(
            "The callback got no answer.",
            "The server was not running, or the browser refused it: its certificate, or the page’s policy.",
            "Look at this message in the browser’s devtools.",
        )


def of_loop(archive: Archive) -> Iterable[Finding]:
    chain: list[str] = []
    for message, following in zip_longest(archive.messages, archive.messages[1:]):
        chain.append(without_query(message.url))
        if following and message.leads_to(following):
            continue
        worst, times = Counter(chain).most_common(1)[0]
        if times >= LOOP:
            yield Finding(
                f"The browser was led to {shown_value(REDACTOR.url(worst))} {times} times in one row of redirects.",
                "The site does not find its session after the callback, and begins anew: its cookie was refused or has "
                "another host. Or a proxy asks by http what must be https.",
                "Look below which cookie never came back.",
                Topic.PROXY,
            )
        chain.clear()
