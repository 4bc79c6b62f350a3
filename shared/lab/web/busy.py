"""What a request needs is taken by others for now: it is told so, and when to come again."""

from dataclasses import dataclass

from lab.web.database_failures import BUSY, START_POSTGRESQL, UNREACHABLE, DatabaseFailure, failure_of


@dataclass(frozen=True)
class Taken:
    """``what`` is taken, what that ``means`` for the request (sentences in ASCII, which stand in JSON, too), after how
    many ``seconds`` one may come again, the ``heading`` of the page, and what to do ``if_it_stays``."""

    what: str
    means: str
    seconds: int
    heading: str = BUSY.heading
    if_it_stays: str = ""


def of_database(failure: DatabaseFailure, if_it_stays: str = "") -> Taken:
    means = f"{failure.meaning} What this request wanted to store may not be stored."
    return Taken(failure.what, means, 5, failure.heading, if_it_stays)


DATABASE = {BUSY: of_database(BUSY), UNREACHABLE: of_database(UNREACHABLE, START_POSTGRESQL)}


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
