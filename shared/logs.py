"""What the terminal shows of a request."""

import logging


class WithoutQuery(logging.Filter):
    """Cut the query string from the request line of ``django.server``: it carries ``code`` and ``state``."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.args and isinstance(record.args[0], str):
            line, *rest = record.args
            method, _, remainder = line.partition(" ")
            target, _, version = remainder.rpartition(" ")
            record.args = (f"{method} {target.partition('?')[0]} {version}", *rest)
        return True
