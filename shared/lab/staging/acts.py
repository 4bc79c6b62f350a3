"""What one does in a stage. Each act says it in a sentence, and knows by which entry one sees that it was done.

A browser test does the same acts.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from lab.servers import IDENTITY, IS_HTTPS, Server
from lab.state import certificate_of_authority, in_terminal
from session_inspector.inspector.observed.queries import agent_of, is_of_browser
from session_inspector.journal.schema import Entry, Measurement, Sweep

SIGN_IN_FORM = "/accounts/login/"
BEGIN = "/oidc/authenticate/"
AUTHORIZE = "/identity/o/authorize"
CALLBACK = "/oidc/callback/"
IN_MENU = "It is in the menu with your name, at the top."
BACK_CHANNEL_LOGOUT = "/oidc/backchannel-logout/"
CLOSED_FOR_GOOD = "Make sure that your browser does not open the tabs of last time"


class Act(Protocol):
    @property
    def server(self) -> Server:
        """Where it is done."""

    @property
    def path(self) -> str:
        """Of the page where it is done."""

    @property
    def is_to_open(self) -> bool:
        """Whether one opens that page; else it is open already, or nothing is to be done there."""

    @property
    def place(self) -> str:
        """What that page is called."""

    @property
    def text(self) -> str:
        """``{place}`` stands for that page."""

    def is_shown_by(self, entry: Entry) -> bool:
        """Whether by that entry one sees that it was done."""


def asked(entry: Entry, server: Server, method: str, path: str) -> bool:
    """Whether a browser asked that server for it."""
    if entry.server != server.name or not is_of_browser(entry):
        return False
    return (entry.exchange.method, entry.exchange.path) == (method, path)


@dataclass(frozen=True)
class AtServer:
    """What is done at a server as such, or follows there by itself, and not at one of its pages."""

    server: Server

    path = "/"
    is_to_open = True

    @property
    def place(self) -> str:
        return self.server.title


@dataclass(frozen=True)
class Open:
    """Look at a page; ``name`` is what it is called, if it is not the front page. ``copied`` is the name of a cookie
    whose value one copies there, for ``Curl``; ``deleted`` that of one which one deletes before; ``wait`` the seconds
    that one waits before. ``then`` is one more sentence. Where it ``is_in_vain``, the browser shows no page."""

    server: Server
    path: str = "/"
    name: str = ""
    is_again: bool = False
    copied: str = ""
    deleted: str = ""
    wait: int = 0
    then: str = ""
    is_in_vain: bool = False

    is_to_open = True

    @property
    def place(self) -> str:
        return named_place(self.server, self.name)

    @property
    def text(self) -> str:
        wait = f"Wait {self.wait} seconds. " if self.wait else ""
        delete = f"In the developer tools, delete the cookie `{self.deleted}`. " if self.deleted else ""
        copy = f"In the developer tools, copy the value of `{self.copied}`. " if self.copied else ""
        return f"{wait}{delete}Open {{place}}{' again' if self.is_again else ''}. {copy}{self.then}".strip()

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, self.server, "GET", self.path) and entry.exchange.type.startswith("text/html")


@dataclass(frozen=True)
class Reopen:
    """Close the browser, open it again, and look at a page of that ``name``. It goes on with the tabs of before, or
    not. No server can see that it was closed."""

    server: Server
    path: str
    name: str
    is_restoring: bool = False

    is_to_open = True

    @property
    def place(self) -> str:
        return named_place(self.server, self.name)

    @property
    def text(self) -> str:
        setting = "Set your browser to open the tabs of last time" if self.is_restoring else CLOSED_FOR_GOOD
        return f"{setting}. Copy the address of this page. Close all windows, start the browser, and open {{place}}."

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, self.server, "GET", self.path)


@dataclass(frozen=True)
class SignIn:
    """At Identity with its own form; at a site through its provider, with or without a password, however that ends.

    ``person`` is empty where nobody asks for a name: the provider that misbehaves takes everybody for carol.
    ``is_remembered``: with a tick at what asks Identity to keep one signed in.
    """

    server: Server
    person: str = "alice"
    is_in_new_tab: bool = False
    is_remembered: bool = False
    is_again: bool = False

    is_to_open = True

    @property
    def path(self) -> str:
        return SIGN_IN_FORM if self.server == IDENTITY else BEGIN

    @property
    def place(self) -> str:
        return self.server.title

    @property
    def text(self) -> str:
        where = " in a new tab" if self.is_in_new_tab else ""
        tick = " Tick *Keep me signed in here*." if self.is_remembered else ""
        who = f" as {self.person}" if self.person else ""
        return f"Sign in at {{place}}{' again' if self.is_again else ''}{who}{where}.{tick}"

    def is_shown_by(self, entry: Entry) -> bool:
        if self.server == IDENTITY:
            return asked(entry, IDENTITY, "POST", SIGN_IN_FORM)
        return asked(entry, self.server, "GET", CALLBACK)


@dataclass(frozen=True)
class Begin:
    """Begin to sign in at a site, and stay at the page of Identity to which that leads."""

    server: Server
    is_in_new_tab: bool = False

    path = BEGIN
    is_to_open = True

    @property
    def place(self) -> str:
        return f"*Sign in* at {self.server.title}"

    @property
    def text(self) -> str:
        return f"Choose {{place}}{' in a new tab' if self.is_in_new_tab else ''}. Stay at the page that comes."

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, IDENTITY, "GET", AUTHORIZE)


@dataclass(frozen=True)
class FillIn:
    """Identity’s form, in the tab where it is open."""

    person: str = "alice"
    is_in_new_tab: bool = False

    server = IDENTITY
    path = SIGN_IN_FORM
    place = IDENTITY.title
    is_to_open = False

    @property
    def text(self) -> str:
        tab = "the new tab" if self.is_in_new_tab else "the first tab"
        return f"Go back to {tab}, and sign in to {{place}} there as {self.person}."

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, IDENTITY, "POST", SIGN_IN_FORM)


@dataclass(frozen=True)
class ComeBack(AtServer):
    """What follows by itself: the browser comes back to the site, however that ends."""

    is_to_open = False

    @property
    def text(self) -> str:
        return "It leads back to {place} by itself."

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, self.server, "GET", CALLBACK)


@dataclass(frozen=True)
class Embed(AtServer):
    """What follows by itself: the page that was opened loads a frame of another server."""

    path: str

    is_to_open = False

    @property
    def text(self) -> str:
        return "It loads a frame of {place} by itself."

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, self.server, "GET", self.path) and entry.exchange.headers.get("Sec-Fetch-Dest") == "iframe"


@dataclass(frozen=True)
class Press:
    """A button of a page, which sends its form to ``sends_to``. What is ``filled`` in or chosen before stands by the
    label. The page may be one that is still open, or be opened in a new tab. Where it is left, one goes on without
    waiting for the answer. ``beside`` is the line of a table in which the button stands,
    ``then`` one more sentence."""

    server: Server
    path: str
    name: str
    button: str
    sends_to: str
    filled: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False
    is_in_new_tab: bool = False
    is_left: bool = False
    beside: str = ""
    then: str = ""

    @property
    def is_to_open(self) -> bool:
        return not self.is_open

    @property
    def label(self) -> str:
        """What is read aloud of the button, as far as it is given."""
        return f"{self.button} {self.beside}".strip()

    @property
    def place(self) -> str:
        return named_place(self.server, self.name)

    @property
    def text(self) -> str:
        first = "Go back to the tab with" if self.is_open else "Open"
        chosen = "".join(f" Choose *{text}* as *{label}*." for label, text in self.filled.items())
        reload = " Do not load it again." if self.is_open else ""
        tab = " in a new tab" if self.is_in_new_tab else ""
        beside = f" beside “{self.beside}”" if self.beside else ""
        left = " Do not wait for the answer." if self.is_left else ""
        return f"{first} {{place}}{tab}.{reload}{chosen} Press *{self.button}*{beside}.{left} {self.then}".strip()

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, self.server, "POST", self.sends_to)


@dataclass(frozen=True)
class Answer(AtServer):
    """A button of the page to which the step before has led. It ``sends`` this name and value with its form."""

    button: str
    sends_to: str
    sends: tuple[str, str]

    is_to_open = False

    @property
    def text(self) -> str:
        return f"{{place}} asks. Press *{self.button}*."

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, self.server, "POST", self.sends_to) and self.sends in entry.exchange.form


@dataclass(frozen=True)
class IsTold(AtServer):
    """What follows by itself: Identity tells a site that the session which led to it has ended."""

    is_to_open = False

    @property
    def text(self) -> str:
        return "Identity sends a message to {place} by itself."

    def is_shown_by(self, entry: Entry) -> bool:
        is_end = entry.server == self.server.name and entry.is_change and entry.change.what == "deleted"
        return is_end and entry.change.by == BACK_CHANNEL_LOGOUT


@dataclass(frozen=True)
class Curl(AtServer):
    """Ask a server from a terminal: another program. With the key that was copied before, it brings the same cookie;
    without a ``cookie`` it brings none, and what it was answered is printed with its headers. It may ask from another
    ``address`` of this machine, and send one more ``header``."""

    cookie: str = ""
    path: str = "/"
    is_again: bool = False
    address: str = ""
    header: str = ""

    @property
    def printed(self) -> str:
        trusted = f"--cacert {shlex.quote(str(certificate_of_authority()))} " if IS_HTTPS else ""
        asks_from = f"--interface {self.address} " if self.address else ""
        header = f"--header '{self.header}' " if self.header else ""
        how = f'--cookie "{self.cookie}=KEY"' if self.cookie else "--include"
        return f"curl --silent {trusted}{asks_from}{header}{how} {self.server.origin}{self.path}"

    @property
    def text(self) -> str:
        key = "with the key that you copied instead of KEY" if self.cookie else "without a cookie"
        how = f"from another address{', with one more header' if self.header else ''}" if self.address else key
        return f"Ask {{place}} in a terminal{' again' if self.is_again else ''}, {how}: `{self.printed}`"

    def is_shown_by(self, entry: Entry) -> bool:
        return asked(entry, self.server, "GET", self.path) and is_of_curl(entry)


@dataclass(frozen=True)
class Manage(AtServer):
    """A management command of a server, in a terminal. One sees by a row that it has changed."""

    command: str

    @property
    def printed(self) -> str:
        return in_terminal(f".venv/bin/python {self.server.name}/manage.py {self.command}")

    @property
    def text(self) -> str:
        return f"In the lab’s folder, run `{self.printed}`. It changes rows of {{place}}."

    def is_shown_by(self, entry: Entry) -> bool:
        return entry.server == self.server.name and entry.is_change and not entry.change.by


@dataclass(frozen=True)
class Measure(Manage):
    """A management command that measures something at a server, and writes down what it found."""

    @property
    def text(self) -> str:
        return (
            f"In the lab’s folder, run `{self.printed}`. It measures in the database of {{place}}, and takes a while."
        )

    def is_shown_by(self, entry: Entry) -> bool:
        return entry.server == self.server.name and isinstance(entry.record, Measurement)


@dataclass(frozen=True)
class Restart:
    """Let a server start again, by a button of a page that a stage adds to it."""

    server: Server

    path = "/restart/"
    is_to_open = True

    @property
    def place(self) -> str:
        return named_place(self.server, "Start again")

    @property
    def button(self) -> Press:
        then = "Wait until it answers again."
        return Press(self.server, self.path, "Start again", "Start again", self.path, then=then)

    @property
    def text(self) -> str:
        return self.button.text

    def is_shown_by(self, entry: Entry) -> bool:
        return self.button.is_shown_by(entry)


@dataclass(frozen=True)
class ClearSessions:
    """Let a server delete the rows that have expired, by a button of its page about the table. What it deletes is
    recorded as one entry."""

    server: Server

    path = "/session/"
    is_to_open = True

    @property
    def place(self) -> str:
        return named_place(self.server, "Where is it?")

    @property
    def button(self) -> Press:
        return Press(self.server, self.path, "Where is it?", "Run clearsessions", "/session/clear/")

    @property
    def text(self) -> str:
        return self.button.text

    def is_shown_by(self, entry: Entry) -> bool:
        return entry.server == self.server.name and isinstance(entry.record, Sweep)


def is_of_curl(entry: Entry) -> bool:
    return agent_of(entry).startswith("curl/")


def copy_key(server: Server) -> Press:
    """A page of the server shows the key of whoever asks, and only that one."""
    name, button = "Where is it?", "Show mine in full"
    return Press(server, "/session/", name, button, "/session/reveal/", then="Copy the `session_key`.")


def named_place(server: Server, name: str) -> str:
    return f"“{name}” at {server.title}" if name else server.title
