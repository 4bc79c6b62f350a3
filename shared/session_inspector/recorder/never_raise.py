"""No fault of the recorder's own is a fault of the server."""

import logging
from collections.abc import Callable
from typing import Any

logger = logging.getLogger(__name__)


def never_raise(step: Callable, *arguments) -> Any:
    """The result of one step of the recorder; None and a line in the log where it failed."""
    try:
        return step(*arguments)
    except Exception:
        logger.exception("The recorder failed, the server did not")
        return None
