"""The developer tools of each browser: what one opens, in order, and what one does there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    words: str
    link: str


ORIGIN = "the origin"
REQUEST = "the request"


@dataclass(frozen=True)
class Devtools:
    """``storage`` is the tool that has the cookies, as the browser names it; ``opening``, ``keep``, ``delete_one`` and
    ``delete_all`` are sentences. ``cookies`` and ``request`` are what one clicks, in order."""

    browser: str
    opening: str
    storage: str
    keep: str
    delete_one: str
    delete_all: str
    expires: str  # the heading of its column
    is_set: str  # what stands in a column for an attribute without a value
    is_not_set: str
    references: tuple[Reference, ...]

    @property
    def cookies(self) -> tuple[str, ...]:
        return (self.storage, "Cookies", ORIGIN)

    @property
    def request(self) -> tuple[str, ...]:
        return ("Network", REQUEST, "Headers")


KEYS = "Press F12, or Ctrl Shift I. On a Mac press Option Command I."

CHROMIUM = Devtools(
    browser="Chromium and Chrome",
    opening=KEYS,
    storage="Application",
    keep="Switch on Keep log. In older versions it is called Preserve log.",
    delete_one="Choose its line. Then press the button ✕, Delete Selected.",
    delete_all="Press the button Clear all cookies, beside it.",
    expires="Expires / Max-Age",
    is_set="✓",
    is_not_set="empty",
    references=(
        Reference("View, edit, and delete cookies", "https://developer.chrome.com/docs/devtools/application/cookies"),
        Reference("Network features reference", "https://developer.chrome.com/docs/devtools/network/reference"),
    ),
)

FIREFOX = Devtools(
    browser="Firefox",
    opening=KEYS,
    storage="Storage",
    keep="Click the wheel at the right of Network. Then switch on Persist Logs.",
    delete_one="Click its line with the right button. Then choose Delete with its name.",
    delete_all="Click a line with the right button. Then choose Delete All.",
    expires="Expires / Max-Age",
    is_set="true",
    is_not_set="false",
    references=(
        Reference(
            "Storage Inspector: Cookies",
            "https://firefox-source-docs.mozilla.org/devtools-user/storage_inspector/cookies/",
        ),
        Reference(
            "Network request details",
            "https://firefox-source-docs.mozilla.org/devtools-user/network_monitor/request_details/",
        ),
    ),
)

SAFARI = Devtools(
    browser="Safari",
    opening="Once: Settings, Advanced, Show features for web developers. Then press Option Command I.",
    storage="Storage",
    keep="Switch on Preserve Log.",
    delete_one="Choose its line. Then press the Delete key.",
    delete_all="Choose all lines with Command A. Then press the Delete key.",
    expires="Expires",
    is_set="✓",
    is_not_set="empty",
    references=(
        Reference("Web Inspector", "https://webkit.org/web-inspector/"),
        Reference("Clear cookies in Safari", "https://support.apple.com/guide/safari/manage-cookies-sfri11471/mac"),
    ),
)

BROWSERS = (CHROMIUM, FIREFOX, SAFARI)
