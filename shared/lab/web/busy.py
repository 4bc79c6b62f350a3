"""What a request needs is taken by others for now: it is told so, and when to come again."""

from dataclasses import dataclass

from lab.web.database_failures import BUSY, failure_of


@dataclass(frozen=True)
class Taken:
    """``what`` is taken, what that ``means`` for the request (sentences in ASCII, which stand in JSON, too), and after
    how many ``seconds`` one may come again."""

    what: str
    means: str
    seconds: int


DATABASE = Taken(BUSY.what, f"{BUSY.meaning} What this request wanted to store may not be stored.", seconds=5)


class Busy(Exception):
    """Raised before anything was done."""

    def __init__(self, taken: Taken):
        super().__init__(taken.what)
        self.taken = taken


def taken_of(error: BaseException | None) -> Taken | None:
    """What the error comes of, if it comes of something that others have for now."""
    if isinstance(error, Busy):
        return error.taken
    return DATABASE if failure_of(error) is BUSY else None
