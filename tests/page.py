"""What a page says, as text."""

import html
import re

PARTS = ("sent", "kept", "changed")
LINK = r"(?:<p class=\"onward\">[^\n]*</p>\s*)?"
PANEL = rf"<details class=\"session\">(.*?)</summary>(.*)</details>\s*{LINK}</section>\s*<main"


def text_of(response) -> str:
    """The words of a page in their order, without markup, white space folded."""
    return text_in(response.content.decode())


def text_in(markup: str) -> str:
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())
    return re.sub(r"(?<=\() | (?=[.,:;)])", "", words)


def terms_in(markup: str) -> list[str]:
    """The terms that are explained in the main part of a page, by their anchors in the glossary, in their order."""
    return re.findall(r"/glossary/#([a-z0-9-]+)\"", markup.partition("<main")[2])


def expect_page_of_inspector(response) -> None:
    """It answers, sets no cookie, and may be framed by nobody."""
    assert response.status_code == 200
    assert not response.cookies
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def panel_of(response) -> dict[str, str]:
    """The panel of a page as text: its ``bar``, and its three parts ``sent``, ``kept`` and ``changed``."""
    page = response.content.decode()
    panel = re.search(PANEL, page, re.DOTALL)
    assert panel, "no panel on this page"
    sections = re.split(r"(?=<section [^>]*aria-labelledby=\"panel-)", panel[2])
    parts = {name: next(text_in(part) for part in sections if f"panel-{name}" in part) for name in PARTS}
    return {"bar": text_in(panel[1]), **parts}
