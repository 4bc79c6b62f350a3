"""What the shop keeps in a session, by name, with its meaning."""

KEPT = {
    "cart": "What you put in, and how many. It needs no sign-in, and ends with the session.",
}
