"""What the library keeps in a session, by name, with its meaning."""

MEANINGS = {
    "language": "Yours. Kept here, so site B does not know it.",
    "login_time": "When this site signed you in.",
    "visits": "How often this session saw the front page.",
    "count": "A counter, for the page with two counters.",
    "stored_at": "Stored by the page that stores a value.",
}
