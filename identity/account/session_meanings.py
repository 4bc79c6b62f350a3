"""What Identity itself keeps in a session, by name, with its meaning."""

MEANINGS = {
    "sign_in": "The record of this sign-in, for Identity’s page about it.",
}
