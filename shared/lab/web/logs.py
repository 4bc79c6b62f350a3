"""What the terminal shows."""

import logging
import re

from django.conf import settings

from lab.web.busy import taken_of
from lab.web.database_failures import failure_of, said_by_database
from session_inspector.redaction import without_random_runs

# From a question mark, written out or in hexadecimal, to the end of the request line or of all.
QUERY = re.compile(r"(\?|%(?:25)*3F).+?(?= HTTP/\d\.\d\"|$)", re.IGNORECASE)
USER = re.compile(r"//[^/\s@]*@")
QUOTED = re.compile(r"\('.*'\)")  # what http.server could not read, it repeats
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class PagesOnly(logging.Filter):
    """Pass the request lines of pages, none of static files."""

    def filter(self, record: logging.LogRecord) -> bool:
        return f" {settings.STATIC_URL}" not in record.getMessage()


class RefusalsInOneLine(logging.Filter):
    """Pass what was refused on purpose (a ``BadRequest``, say) without its traceback: it is no fault of ours. Django
    calls it a warning, and an error where it is a ``SuspiciousOperation``.

    So is what is busy, and a database that fails, of which the line says how.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if found := failure_of(error) or taken_of(error):
            at = record.request.path if hasattr(record, "request") else record.getMessage()
            said = said_by_database(error)
            record.msg, record.args = f"{at}: {found.what}{said and f' ({said})'}", ()
            record.exc_info = None
        if record.levelno < logging.ERROR or record.name.startswith("django.security."):
            record.exc_info = None
        return True


class WithoutSecrets(logging.Formatter):
    """Lines without query strings and without anything that looks like a key or a token.

    A message is one line, and a traceback is indented: nothing that a request brings looks like a line of the log.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:
        return without_secrets(super().formatMessage(record))[:1000]  # not before: half a key looks like a word

    def formatException(self, exc_info) -> str:
        lines = super().formatException(exc_info).splitlines()
        return "\n".join(f"    {without_secrets(line)}" for line in lines)


def without_secrets(line: str) -> str:
    line = USER.sub("//…@", QUERY.sub(r"\1…", QUOTED.sub("(…)", CONTROL.sub("␣", line))))
    return without_random_runs(line)
