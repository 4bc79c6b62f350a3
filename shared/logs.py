"""What the terminal shows of a request."""

import logging

from django.conf import settings


class PagesOnly(logging.Filter):
    """Pass the request lines of ``django.server`` without their query string, and none of static files.

    A query string carries ``code`` and ``state``, and no secret belongs in a log.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.args or not isinstance(record.args[0], str):
            return True
        line, *rest = record.args
        method, _, remainder = line.partition(" ")
        target, _, version = remainder.rpartition(" ")
        path = target.partition("?")[0]
        record.args = (f"{method} {path} {version}", *rest)
        return not path.startswith(settings.STATIC_URL)
