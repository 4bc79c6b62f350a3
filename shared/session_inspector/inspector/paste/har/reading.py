"""What is said of a HAR file."""

from collections.abc import Iterable
from itertools import islice

from session_inspector.inspector.paste.har import cookies, sign_in
from session_inspector.inspector.paste.har.archive import MAX_MESSAGES, Archive, Message
from session_inspector.inspector.paste.reading import MAX_FINDINGS, REDACTOR, Finding, Part, Reading, shown, shown_value

IN_WORDS = {
    "authorize": "The browser is sent to the provider.",
    "callback": "The provider’s answer, which the browser brings to the site.",
    "refused": "The provider’s answer: an error.",
    "password": "A form with a password.",
    "logout": "The browser is sent to the provider to sign out.",
}
NOTE = "Bodies of answers are not read, nor who uses which session: only the servers know that."


def of_emptiness(archive: Archive) -> Iterable[Finding]:
    if archive.messages and not archive.has_cookies:
        yield Finding(
            "No message has a cookie: the browser has left them out, so nothing can be said of cookies.",
            "Chrome exports without cookies, unless one asks for sensitive data.",
            "In Chrome’s devtools: Settings, Preferences, Network, Allow to generate HAR with sensitive data. Then "
            "choose Export HAR (with sensitive data). Keep such a file to yourself.",
        )
    if archive.looked_at > len(archive.messages):
        yield Finding(
            f"{archive.looked_at - len(archive.messages)} of {archive.looked_at} entries cannot be read.",
            "They have no address of http or https, or the file was changed.",
        )
    if archive.messages and not any(one.what for one in archive.messages):
        yield Finding(
            "No message is recognised as one of a sign-in.",
            "The devtools were opened after it, or the log was emptied by a redirect.",
            "Switch on Preserve log (Persist Logs in Firefox), and sign in once more.",
        )


CHECKS = (sign_in.of_errors, sign_in.of_loop, cookies.of_neighbours, cookies.of_cookies, of_emptiness, cookies.of_keys)


def parts_of(archive: Archive) -> Iterable[Part]:
    """The messages of the sign-in, and those that set a session cookie."""
    for message in archive.messages:
        tells = [cookie for cookie in message.told if cookie.is_of_session]
        if message.what or tells:
            said = [f"{'Deletes' if one.is_deletion else 'Sets'} {shown(one.name)}." for one in tells]
            meaning = " ".join(filter(None, [IN_WORDS.get(message.what), *said]))
            yield Part(f"{message.number}. {message.method}", shown_address(message), meaning)


def shown_address(message: Message) -> str:
    status = message.status or "no answer"
    return f"{shown_value(REDACTOR.url(message.url))} → {status}"


def read_har(archive: Archive) -> Reading:
    """One finding more than is shown is enough: each may need a look at all messages."""
    findings = tuple(islice((found for check in CHECKS for found in check(archive)), MAX_FINDINGS + 1))
    kind = f"a HAR file with {archive.number} messages"
    left = f" Only the first {MAX_MESSAGES} messages were looked at." if archive.number > MAX_MESSAGES else ""
    return Reading(kind, findings, tuple(parts_of(archive)), f"{NOTE}{left}")
