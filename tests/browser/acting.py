"""Do what a stage of a scenario says, in a browser, with the links that its page gives."""

import os
import socket
import subprocess
import time
from contextlib import nullcontext, suppress
from functools import singledispatchmethod
from urllib.parse import SplitResult, urlsplit

from lab.staging.acts import (
    Act,
    Answer,
    Begin,
    ClearSessions,
    ComeBack,
    Curl,
    Embed,
    FillIn,
    IsTold,
    Manage,
    Open,
    Press,
    Reopen,
    Restart,
    SignIn,
)
from lab.staging.parts import Stage
from tests.browser.engines import Browser, Tab
from tests.processes import ROOT, WAIT_TIMEOUT, Lab

LINKS = "() => [...document.querySelectorAll('.ticks li')].map(step => step.querySelector('a')?.href ?? '')"
COMMANDS = (
    "() => [...document.querySelectorAll('.ticks li')].map(step => step.querySelector('code')?.textContent ?? '')"
)
CHOOSE = "(name, value) => document.querySelector(`input[name='${name}'][value='${value}']`).click()"
IS_SIGN_IN_FORM = "() => Boolean(document.querySelector('input[name=login]'))"
REVEAL = "/session/reveal/"
PRESS = """(action, button, filled) => {
    const text = element => element.textContent.replace(/\\s+/g, " ").trim();
    const buttons = [...document.querySelectorAll("button")].filter(one => text(one).startsWith(button));
    const leadsTo = one => new URL(one.getAttribute("formaction") ?? one.form.action, location.href).pathname;
    const pressed = buttons.find(one => one.form && leadsTo(one) === action);
    for (const [label, wanted] of filled) {
        const field = [...document.querySelectorAll("label")].find(one => text(one) === label).control;
        const option = [...(field.options ?? [])].find(one => text(one) === wanted);
        field.value = option ? option.value : wanted;
    }
    pressed.click();
}"""


class Acting:
    """One tab for the acts, and another where an act asks for one; ``stage`` is the tab with the page of the stage."""

    def __init__(self, browser: Browser, stage: Tab | None = None):
        self.browser = browser
        self.tab = self.new_tab = browser.tab()
        self.stage = stage or self.tab
        self.copied: dict[str, str] = {}

    @singledispatchmethod
    def do(self, act: Act, link: str, printed: str = "") -> None:
        """``printed`` is the command that the page shows."""
        raise NotImplementedError(act)

    @do.register
    def open(self, act: Open, link: str, printed: str = "") -> None:
        time.sleep(act.wait)
        if act.deleted:
            self.browser.delete_cookie(link, act.deleted)
        with suppress(Exception) if act.is_in_vain else nullcontext():  # each engine has an error of its own
            self.tab.goto(link)
        if act.copied:
            self.copied = self.browser.cookies(link)

    @do.register
    def reopen(self, act: Reopen, link: str, printed: str = "") -> None:
        address = self.stage.url
        self.browser.close()
        self.browser.open(act.is_restoring)
        self.stage, self.tab = self.browser.tab(), self.browser.tab()
        self.stage.goto(address)
        self.tab.goto(link)

    @do.register
    def sign_in(self, act: SignIn, link: str, printed: str = "") -> None:
        tab = self.browser.tab() if act.is_in_new_tab else self.tab
        tab.goto(link)
        if tab.evaluate(IS_SIGN_IN_FORM):
            fill_in_form(tab, act.person, act.is_remembered)

    @do.register
    def begin(self, act: Begin, link: str, printed: str = "") -> None:
        if act.is_in_new_tab:
            self.new_tab = self.browser.tab()
        (self.new_tab if act.is_in_new_tab else self.tab).goto(link)

    @do.register(ComeBack)
    @do.register(Embed)
    @do.register(IsTold)
    def wait(self, act: Act, link: str, printed: str = "") -> None:
        """Nothing is to be done."""

    @do.register
    def answer(self, act: Answer, link: str, printed: str = "") -> None:
        mark(self.tab)
        self.tab.evaluate(PRESS, act.sends_to, act.button, [])
        expect_another_page(self.tab)

    @do.register
    def fill_in(self, act: FillIn, link: str, printed: str = "") -> None:
        fill_in_form(self.new_tab if act.is_in_new_tab else self.tab, act.person)

    @do.register
    def press(self, act: Press, link: str, printed: str = "") -> None:
        tab = self.browser.tab() if act.is_in_new_tab else self.tab
        if not act.is_open:
            tab.goto(link)
        if act.sends_to == REVEAL:
            self.copied = self.browser.cookies(link)
        mark(tab)
        tab.evaluate(PRESS, act.sends_to, act.label, list(act.filled.items()))
        if not act.is_left:
            expect_another_page(tab)

    @do.register
    def clear_sessions(self, act: ClearSessions, link: str, printed: str = "") -> None:
        self.press(act.button, link)

    @do.register
    def restart(self, act: Restart, link: str, printed: str = "") -> None:
        self.press(act.button, link)
        for is_there in (False, True):
            wait_until_it_answers(link, is_there)

    @do.register
    def curl(self, act: Curl, link: str, printed: str) -> None:
        """With the key that the page has shown."""
        run(printed.replace("KEY", self.copied.get(act.cookie, "")))

    @do.register
    def manage(self, act: Manage, link: str, printed: str) -> None:
        run(printed)


def run(command: str) -> None:
    """In a terminal, in the lab's folder, which knows no variable of the tests."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LAB_")}
    subprocess.run(command, shell=True, check=True, stdout=subprocess.DEVNULL, timeout=120, cwd=ROOT, env=environment)


def wait_until_it_answers(link: str, is_there: bool) -> None:
    """Until the server of that page answers, or until it does not."""
    deadline = time.monotonic() + WAIT_TIMEOUT
    while answers(urlsplit(link)) != is_there:
        assert time.monotonic() < deadline, link
        time.sleep(0.05)


def answers(link: SplitResult) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", link.port or 80), timeout=5):
            return True
    except OSError:
        return False


def fill_in_form(tab: Tab, person: str, is_remembered: bool = False) -> None:
    """Of Identity, where every account has its name as password."""
    mark(tab)
    if is_remembered:
        tab.click("checkbox", "Keep me signed in here after the browser closes")
    tab.fill("User name", person)
    tab.fill("Password", person)
    tab.click("button", "Sign in")
    expect_another_page(tab)


def mark(tab: Tab) -> None:
    """The page as it is: the next one has no such mark."""
    tab.evaluate("() => { document.documentElement.dataset.left = ''; }")


def expect_another_page(tab: Tab) -> None:
    tab.part("html:not([data-left])").expect_count(1)


def begin(browser: Browser, lab: Lab, scenario: str, stage: str) -> Tab:
    """Put a stage in force, by its button, and wait for its question; the tab with it."""
    tab = browser.tab()
    tab.goto(f"{lab.origin('inspector')}/scenarios/{scenario}/{stage}/")
    tab.click("button", "Start this stage")
    tab.part("#predict").expect_count(1)
    return tab


def play(stage: Stage, tab: Tab, browser: Browser, engine: str) -> None:
    """Predict anything, do the steps, say that one saw anything; the verdict is the right option all the same."""
    for question in stage.questions:
        tab.evaluate(CHOOSE, question.name, question.options[0].name)
    tab.evaluate(CHOOSE, "sure", "guess")
    tab.click("button", "Lock my prediction")
    tab.part("#doing").expect_count(1)
    acting = Acting(browser, tab)
    printed = tab.evaluate(COMMANDS)
    for number, (act, link) in enumerate(zip(stage.steps, tab.evaluate(LINKS), strict=True), 1):
        acting.do(act, link, printed[number - 1])
        if not (isinstance(act, Press) and act.is_left):
            acting.stage.part(f".ticks li:nth-child({number}).done").expect_count(1)
    tab = acting.stage
    tab.part("#look").expect_count(1)
    for question in stage.questions:
        tab.evaluate(CHOOSE, question.name, question.options[0].outcome)
    tab.click("button", "Show the verdict")
    for question in stage.questions:
        tab.part(".said dd:last-child", having=as_read(question.option(question.right_in(engine)).text)).expect_count(1)


def as_read(text: str) -> str:
    """Without the marks of names of the code."""
    return text.replace("`", "")


def go_back_to_normal(tab: Tab, lab: Lab) -> None:
    tab.goto(f"{lab.origin('inspector')}/scenarios/")
    mark(tab)
    tab.click("button", "Back to normal")
    expect_another_page(tab)
    tab.part(".scenarios").expect_count(1)
    tab.part("button", "Back to normal").expect_count(0)
