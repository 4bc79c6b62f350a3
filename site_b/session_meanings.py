"""What the shop keeps in a session, by name, with its meaning."""

MEANINGS = {
    "cart": "What you put in, and how many. It needs no sign-in, and ends with the session.",
}
