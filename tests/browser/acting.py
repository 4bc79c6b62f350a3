"""Do what a stage of a scenario says, in a browser, with the links that its page gives."""

from functools import singledispatchmethod

from lab.staging.acts import Act, Open, Press, SignIn
from tests.browser.engines import Browser, Tab

IS_SIGN_IN_FORM = "() => Boolean(document.querySelector('input[name=login]'))"
PRESS = """(action, button, filled) => {
    const text = element => element.textContent.replace(/\\s+/g, " ").trim();
    const buttons = [...document.querySelectorAll("button")].filter(one => text(one) === button);
    const pressed = buttons.find(one => one.form && new URL(one.form.action).pathname === action);
    for (const [label, wanted] of Object.entries(filled)) {
        const field = [...document.querySelectorAll("label")].find(one => text(one) === label).control;
        const option = [...(field.options ?? [])].find(one => text(one) === wanted);
        field.value = option ? option.value : wanted;
    }
    pressed.click();
}"""


class Acting:
    """One tab for the acts, and another where an act asks for one."""

    def __init__(self, browser: Browser):
        self.browser = browser
        self.tab = browser.tab()

    @singledispatchmethod
    def do(self, act: Act, link: str) -> None:
        raise NotImplementedError(act)

    @do.register
    def open(self, act: Open, link: str) -> None:
        self.tab.goto(link)

    @do.register
    def sign_in(self, act: SignIn, link: str) -> None:
        tab = self.browser.tab() if act.is_in_new_tab else self.tab
        tab.goto(link)
        if tab.evaluate(IS_SIGN_IN_FORM):
            mark(tab)
            tab.fill("User name", act.person)
            tab.fill("Password", act.person)
            tab.click("button", "Sign in")
            expect_another_page(tab)

    @do.register
    def press(self, act: Press, link: str) -> None:
        if not act.is_open:
            self.tab.goto(link)
        mark(self.tab)
        self.tab.evaluate(PRESS, act.sends_to, act.button, dict(act.filled))
        expect_another_page(self.tab)


def mark(tab: Tab) -> None:
    """The page as it is: the next one has no such mark."""
    tab.evaluate("() => { document.documentElement.dataset.left = ''; }")


def expect_another_page(tab: Tab) -> None:
    tab.part("html:not([data-left])").expect_count(1)
