"""What a request needs is taken by others for now: it is told so, and when to come again."""

from dataclasses import dataclass

from lab.web.database_failures import BUSY, UNREACHABLE, failure_of


@dataclass(frozen=True)
class Taken:
    """``what`` is taken, what that ``means`` for the request (sentences in ASCII, which stand in JSON, too), after how
    many ``seconds`` one may come again, and the ``heading`` of the page."""

    what: str
    means: str
    seconds: int
    heading: str = BUSY.heading


DATABASE = {
    failure: Taken(
        failure.what, f"{failure.meaning} What this request wanted to store may not be stored.", 5, failure.heading
    )
    for failure in (BUSY, UNREACHABLE)
}


class Busy(Exception):
    """Raised before anything was done."""

    def __init__(self, taken: Taken):
        super().__init__(taken.what)
        self.taken = taken


def taken_of(error: BaseException | None) -> Taken | None:
    """What the error comes of, if it comes of something that others have for now."""
    if isinstance(error, Busy):
        return error.taken
    failure = failure_of(error)
    return DATABASE.get(failure) if failure else None
