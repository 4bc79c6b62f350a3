"""Connections of a pool (Django's ``OPTIONS["pool"]``, PostgreSQL) while a request waits for something else.

Django keeps a connection from a request's first statement to its end. A pool has fewer than a server has threads: a few
requests that wait for seconds, for another server or for a processor, would let all others wait for a connection.
"""

from django.db import connections


def give_back() -> None:
    """What this thread has of any pool, but for a connection in a transaction. Its next statement takes another one."""
    for connection in connections.all(initialized_only=True):
        if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
            connection.close()
