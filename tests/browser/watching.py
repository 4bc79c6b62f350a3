"""The inspector, watched in one tab while somebody works in another."""

FIRST = "Password sent to Identity, not to site A, which then gave your session a new key"
SECOND = "Site B: no password was asked for, because Identity got its own cookie"
SESSIONS = "__import__('django.contrib.sessions.models', fromlist=['Session']).Session.objects"


class Watching:
    """The inspector in a page of its own."""

    def __init__(self, page, lab):
        self.page = page
        self.lab = lab

    def open(self, path="/"):
        self.page.goto(self.lab.origin("inspector") + path)

    @property
    def heading(self):
        return self.page.get_by_role("heading", level=1)

    @property
    def lead(self):
        return self.page.locator("#beside")

    def step(self, sentence):
        return self.page.locator(".click").filter(has_text=sentence)

    def rung(self, sentence, request):
        """The rung of that request in that step."""
        rungs = self.step(sentence).locator(".rung").filter(has=self.page.locator(".open", has_text=request))
        return rungs.last

    def column(self, server):
        return self.page.locator(f"section[aria-labelledby=column-{server}]")

    def you(self, server):
        return self.column(server).locator(".you")

    def cell(self, cookie, server):
        return self.page.locator(".matrix tr").filter(has=self.page.get_by_role("rowheader", name=cookie)).locator(
            f"td[data-label='{server}']"
        )  # fmt: skip


def hide(page, hidden):
    """As the browser tells a page. A headless one shows every tab all the time."""
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def until(page, holds):
    """Wait until that is so; the page's events go on meanwhile."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("not within 20 s")
