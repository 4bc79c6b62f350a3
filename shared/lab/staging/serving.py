"""How a server is served in a stage: usually by one process of ``runserver``."""

from enum import Enum


class Serving(Enum):
    """``now`` says it in short, and ``why`` what one has to know of it."""

    RUNSERVER = "one process of runserver", ""
    IN_TURN = "two processes of gunicorn", "They answer in turn, page by page. Files come from the first one."

    def __init__(self, now: str, why: str):
        self.now = now
        self.why = why
