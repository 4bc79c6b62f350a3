"""What the terminal shows."""

import logging
import re

from django.conf import settings

from shared.redaction import RUN, SHOWN, is_random

QUERY = re.compile(r"(\?|%3F)[^\s'\"]+", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class PagesOnly(logging.Filter):
    """Pass the request lines of pages, none of static files."""

    def filter(self, record: logging.LogRecord) -> bool:
        return f" {settings.STATIC_URL}" not in record.getMessage()


class NoSecrets(logging.Filter):
    """Let a message through without query strings and without anything that looks like a key or a token.

    And in one line: what a request brings must not look like a line of the log's own.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        text = QUERY.sub(r"\1…", CONTROL.sub("␣", record.getMessage()[:1000]))
        record.msg = RUN.sub(lambda run: f"{run[0][:SHOWN]}…" if is_random(run[0]) else run[0], text)
        record.args = ()
        return True
