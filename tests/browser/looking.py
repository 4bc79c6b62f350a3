"""A look at a page: what of it cannot be read, what axe finds, and what it does that it should not."""

from axe_playwright_python.sync_playwright import Axe

from tests.processes import ROOT, SERVERS

LAYOUT = (ROOT / "tests" / "browser" / "layout.js").read_text()
SMALLEST = 14  # pixels
WINDOWS = [(1280, 800), (853, 480), (640, 360), (390, 844)]
WITH_AXE = {1280: "light", 390: "dark"}  # colours and layout are independent
SET_PANEL = "is_open => document.querySelector('details.session').open = is_open"

# Pages are a server and a path each. These are whole for everybody; the last begins a session.
FOR_ALL = [
    ("inspector", "/"),
    ("inspector", "/ladder/"),
    ("inspector", "/scenarios/"),
    ("inspector", "/visitors/"),
    ("inspector", "/export/"),
    ("inspector", "/start-over/"),
    ("site_a", "/"),
    ("site_a", "/begin/"),
    ("site_a", "/values/"),
    ("site_a", "/session/"),
    ("site_b", "/"),
    ("site_b", "/cart/"),
    ("identity", "/"),
    ("identity", "/session/"),
    ("site_a", "/stateless/"),
    ("site_a", "/stateless/session/"),
]
OF_LONG_TEXT = [
    ("inspector", "/first-steps/"),
    ("inspector", "/scenarios/"),
    ("inspector", "/scenarios/cookie_clash/default_names/"),
    ("inspector", "/glossary/"),
    ("inspector", "/devtools/"),
    ("inspector", "/paste/"),
]
FORM_OF_IDENTITY = ("identity", "/accounts/login/")
FOR_WHO_IS_SIGNED_IN = [
    ("site_b", "/orders/"),
    ("identity", "/sessions/"),
    ("identity", "/consents/"),
    ("identity", "/signed-in/"),
    ("identity", "/accounts/logout/"),
    ("site_a", "/session/forget/"),
]


def violations(page):
    """What axe finds on the page as it is: each rule with what it asks for."""
    return [(one["id"], one["help"]) for one in Axe().run(page).response["violations"]]


def unreadable(layout):
    """What cannot be read, by what ``layout.js`` has measured in one window."""
    small, number = layout["words"]["small"], layout["words"]["all"]
    return [*layout["found"], *([f"{small} of {number} words are small"] if small * 5 > number else [])]


class Looking:
    """A browser window in which each page is looked at: its console, what it asks for, its headings, and at each size
    what cannot be read."""

    def __init__(self, lab, browser, cookies=()):
        context = browser.new_context(reduced_motion="reduce")
        context.add_init_script("sessionStorage.setItem('panel', 'open')")
        context.add_cookies(cookies)
        self.lab = lab
        self.page = context.new_page()
        self.asked, self.said = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))

    def look(self, server, path, is_recorded=True):
        self.page.goto(self.lab.origin(server) + path)
        self.check(f"{server} {path}", is_recorded)

    def send(self, server, path, form, **typed):
        self.page.goto(self.lab.origin(server) + path)
        for label, value in typed.items():
            self.page.locator(form).first.locator(f"[name={label}]").fill(value)
        for menu in self.page.locator(".leave", has=self.page.locator(form)).all():
            menu.locator("summary").click()
        with self.page.expect_navigation():
            self.page.locator(f"{form} >> visible=true").first.get_by_role("button").first.click()
        self.check(form)

    def check(self, where, is_recorded=True):
        page = self.page
        own = tuple(f"{self.lab.origin(server)}/" for server in SERVERS)
        said = [text for text in self.said if "the server responded with a status of" not in text]
        assert said == [], where
        assert [url for url in self.asked if not url.startswith(own)] == [], where
        assert page.locator("h1").count() == 1, where
        assert page.title(), where
        has_bar = is_recorded and not page.url.startswith(f"{self.lab.origin('inspector')}/")
        assert page.locator("details.session > summary").count() == has_bar, where
        found = []
        if has_bar:
            page.evaluate(SET_PANEL, False)
            found += self.measure(where)
            page.evaluate(SET_PANEL, True)
        found += self.measure(f"{where}, with its panel open" if has_bar else where)
        found += self.hear(where)
        assert not found, "\n".join(found)

    def measure(self, where):
        """What cannot be read in any of the windows."""
        found = []
        for width, height in WINDOWS:
            self.page.set_viewport_size({"width": width, "height": height})
            layout = self.page.evaluate(LAYOUT, SMALLEST)
            found += [f"{where} at {width}: {one}" for one in unreadable(layout)]
        return found

    def hear(self, where):
        """What axe finds, at a desk in light and on a phone in dark."""
        found = []
        for width, scheme in WITH_AXE.items():
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.emulate_media(color_scheme=scheme)
            found += [f"{where} at {width}, {scheme}: {rule}, {help}" for rule, help in violations(self.page)]
        self.page.set_viewport_size({"width": 1280, "height": 800})
        self.page.emulate_media(color_scheme="light")
        return found
