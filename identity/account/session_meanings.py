"""What Identity itself keeps in a session, by name, with its meaning."""

MEANINGS = {
    "sign_in": "What the page about signing in remembers of it.",
}
