"""One site, two processes: what each of them does not know."""

from collections.abc import Mapping, Sequence

from lab.servers import SITE_B
from lab.staging.acts import Open, Press, SignIn
from lab.staging.answering import PATH
from lab.staging.parts import (
    Addition,
    Change,
    NewSecretKey,
    Option,
    Question,
    Reader,
    Scenario,
    Settings,
    Stage,
    Verdict,
)
from lab.staging.serving import InTurn
from session_inspector.explain.sessions import person_of, signs_in
from session_inspector.journal.schema import Entry

TWO = {SITE_B.name: InTurn()}
PAGE: Settings = {
    "MIDDLEWARE": Addition(
        "lab.staging.answering.AnsweringMiddleware", "A page says which process answered, and signs you in."
    )
}
OWN_KEY = NewSecretKey("Nobody has to keep a secret in a file.")
MEMORY: Settings = {
    **PAGE,
    "SESSION_ENGINE": Change(
        "django.contrib.sessions.backends.cache",
        "No query to the database for each request. The cache is Django’s own.",
    ),
}
OWN_KEYS: Settings = {**PAGE, "SECRET_KEY": OWN_KEY}
COOKIES: Settings = {
    **PAGE,
    "SECRET_KEY": OWN_KEY,
    "SESSION_ENGINE": Change(
        "django.contrib.sessions.backends.signed_cookies", "The browser brings the session to whichever process."
    ),
    "SILENCED_SYSTEM_CHECKS": Change(
        ["relying_party.E007"], "The lab’s own check refuses this engine: nobody else can end such a session."
    ),
}

NAME = "Who are you?"
SAY = Press(SITE_B, PATH, NAME, "I am alice", PATH)
LOOK = Open(SITE_B, PATH, NAME, is_again=True)


WHO: Mapping[tuple[str, ...], str] = {
    ("alice", "alice", "alice"): "both",
    ("alice", "", "alice"): "second",
    ("alice", "", ""): "nobody",
}


def who_on(pages: Sequence[Entry]) -> str:
    """Of a page that signed alice in and the two after it: who one was on those. The first two came from different
    processes, and the last from the same one as the first."""
    processes = [page.exchange.process for page in pages]
    if processes[0] == processes[1] or processes[0] != processes[2]:
        return ""
    return WHO.get(tuple(person_of(page.exchange) for page in pages), "")


def check(steps: Sequence[Entry]) -> Verdict:
    return Verdict({"pages": who_on(steps)}, tuple(steps))


def check_with_sign_in(steps: Sequence[Entry]) -> Verdict:
    *pages, callback = steps
    sign_in = "works" if signs_in(callback.exchange) else "fails"
    return Verdict({"pages": who_on(pages), "sign_in": sign_in}, tuple(steps))


def pages(right: str, *options: Option) -> Question:
    return Question(
        name="pages",
        ask="Who are you on the next two pages?",
        look="Who were you on the two pages after “I am alice”?",
        options=options,
        right=right,
    )


def sign_in(right: str, *options: Option) -> Question:
    return Question(
        name="sign_in",
        ask="Then you sign in at site B with Identity. Does it work?",
        look="What does site B show after you have signed in with Identity?",
        options=options,
        right=right,
    )


BOTH, SECOND, NOBODY = "Alice, both times.", "Nobody first, then alice.", "Nobody, both times."
WORKS, FAILS = "It works: I am signed in.", "It fails, with an error."

SCENARIO = Scenario(
    name="two_workers",
    title="One site, two processes: signed out at every second click",
    happens="With `runserver` all works. With two workers, or two containers, people are signed out now and then, or "
    "cannot sign in at all.",
    minutes=12,
    places={Reader.DEVELOPER: 16},
    stages=(
        Stage(
            name="memory",
            title="Site B runs as two processes, and keeps its sessions in Django’s own cache. "
            "One process signs you in. Who are you on the next pages?",
            settings={"site_b": MEMORY},
            served=TWO,
            questions=(
                pages(
                    "nobody",
                    Option(
                        "both",
                        BOTH,
                        "Both processes are site B.",
                        why_not="They run the same code. But Django’s own cache, `LocMemCache`, is in the memory of "
                        "one process, and the other one has a cache of its own.",
                    ),
                    Option(
                        "second",
                        SECOND,
                        "Only the first process has my session, and I come back to it.",
                        why_not="It still has your session. But in between, the other process told your browser to "
                        "delete the cookie.",
                    ),
                    Option(
                        "nobody",
                        NOBODY,
                        "The other process ends it for good.",
                        explain="The other process found no session by your key. Django then deletes the cookie. So "
                        "the first process still has your session, and nobody has the key to it any more.",
                    ),
                ),
                sign_in(
                    "fails",
                    Option(
                        "works",
                        WORKS,
                        "Identity knows me, and tells site B.",
                        why_not="Identity did its part. But one process of site B began that sign-in, and the answer "
                        "came to the other one.",
                    ),
                    Option(
                        "fails",
                        FAILS,
                        "One process asks, and the other one gets the answer.",
                        explain="The process that sent you to Identity keeps the `state` in its memory. The answer "
                        "came to the other one, which knows of no such sign-in. Here they answer in turn, so it "
                        "fails each time. A browser that keeps its connection stays with one process: then you "
                        "see it only now and then.",
                    ),
                ),
            ),
            steps=(SAY, LOOK, LOOK, SignIn(SITE_B)),
            check=check_with_sign_in,
            repair="The sessions are in the table, which both processes read. But each process makes its `SECRET_KEY` "
            "when it starts.",
        ),
        Stage(
            name="own_keys",
            title="Both processes read one session table, and each has a `SECRET_KEY` of its own. "
            "One process signs you in. Who are you on the next pages?",
            settings={"site_b": OWN_KEYS},
            served=TWO,
            questions=(
                pages(
                    "second",
                    Option(
                        "both",
                        BOTH,
                        "The row is there for both.",
                        why_not="Both find the row. But Django signs what is in it with `SECRET_KEY`, also in a table. "
                        "The other process takes a row that it did not sign for empty.",
                    ),
                    Option(
                        "second",
                        SECOND,
                        "Only the process that wrote the row can read it.",
                        explain="Django signs the data of each row with `SECRET_KEY`. A process with another key takes "
                        "the row for empty, and only logs *Session data corrupted*. It leaves the row and the cookie "
                        "as they are. So at the next click you are signed in again. If the other process had put "
                        "something into the session, the row would be its own, and your sign-in lost.",
                    ),
                    Option(
                        "nobody",
                        NOBODY,
                        "The other process ends it, as before.",
                        why_not="Before, it found nothing by your key. Now it finds a row, even if it cannot read it. "
                        "So it keeps the cookie.",
                    ),
                ),
            ),
            steps=(SAY, LOOK, LOOK),
            check=check,
            repair="Nothing is repaired. The session is in the cookie now, so that no process has to find it.",
        ),
        Stage(
            name="cookies",
            title="The session is in a signed cookie, and each process has a `SECRET_KEY` of its own. "
            "One process signs you in. Who are you on the next pages?",
            settings={"site_b": COOKIES},
            served=TWO,
            questions=(
                pages(
                    "nobody",
                    Option(
                        "both",
                        BOTH,
                        "My browser brings the whole session.",
                        why_not="It does, to both. But the other process does not accept the signature.",
                    ),
                    Option(
                        "second",
                        SECOND,
                        "Only the process that signed the cookie accepts it.",
                        why_not="It would accept it still. But the other process has put an empty session into the "
                        "cookie of the same name.",
                    ),
                    Option(
                        "nobody",
                        NOBODY,
                        "The other process puts its own cookie in its place.",
                        explain="The other process does not accept the signature, begins an empty session, and sets "
                        "the cookie to it. No server has a copy of yours. Forms worked all the time: Django does not "
                        "sign the CSRF cookie.",
                    ),
                ),
            ),
            steps=(SAY, LOOK, LOOK),
            check=check,
            repair="The sessions are in the table, and both processes read one `SECRET_KEY` from a file.",
        ),
        Stage(
            name="shared",
            title="Both processes read one session table and have one `SECRET_KEY`. "
            "One process signs you in. Who are you on the next pages?",
            settings={"site_b": PAGE},
            served=TWO,
            questions=(
                pages(
                    "both",
                    Option(
                        "both",
                        BOTH,
                        "They share the row and the key.",
                        explain="What one process has written, the other one finds, and accepts. That is all that two "
                        "processes need: one store that both can reach, and one key.",
                    ),
                    Option(
                        "second",
                        SECOND,
                        "Each process must know me by itself.",
                        why_not="Neither of them keeps a session in its memory. Each reads the row, whoever wrote it.",
                    ),
                    Option(
                        "nobody",
                        NOBODY,
                        "Only a balancer that leads me to the same process each time would help.",
                        why_not="Sticky sessions hide the mistake until that process starts again. With a store and a "
                        "key in common, any process can answer.",
                    ),
                ),
                sign_in(
                    "works",
                    Option(
                        "works",
                        WORKS,
                        "Both find the `state`.",
                        explain="The process that got the answer found the `state` in the row that the other one had "
                        "written.",
                    ),
                    Option(
                        "fails",
                        FAILS,
                        "The answer comes to the other process.",
                        why_not="It does. But that one finds the `state`, too: it is in the row.",
                    ),
                ),
            ),
            steps=(SAY, LOOK, LOOK, SignIn(SITE_B)),
            check=check_with_sign_in,
        ),
    ),
)
