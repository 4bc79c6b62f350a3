"""What Identity itself keeps in a session, by name, with its meaning."""

MEANINGS = {
    "sign_in": "A record of this sign-in, for the page about it.",
}
