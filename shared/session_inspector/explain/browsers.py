"""What a browser is called, by its User-Agent."""

# By what is in it; the first that fits. Chromium and Edge name Chrome and Safari too, Chrome names Safari.
BROWSERS = {
    "Firefox/": "Firefox",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Chrome/": "Chrome or Chromium",
    "Safari/": "Safari",
    "curl/": "curl",
}


def browser_in(agent: str) -> str:
    return next((name for sign, name in BROWSERS.items() if sign in agent), "Another program")


def is_browser(agent: str) -> bool:
    """Every browser calls itself Mozilla; curl, a script or a probe does not."""
    return agent.startswith("Mozilla/")
