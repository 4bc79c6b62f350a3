"""The lab's own pages show the same traffic, at the same time of day."""

from tests.session_inspector.inspector.conftest import (  # noqa: F401
    inspector_s_clock,
    journal_of_this_test,
    visitor,
)
