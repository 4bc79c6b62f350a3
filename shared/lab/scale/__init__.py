"""``make scale``: two processes of each server behind nginx over https, with all data in PostgreSQL.

``programs`` finds what is not of Python, ``postgresql`` and ``nginx`` run it with what they need in the state folder,
and ``kept`` starts a process again that was killed.
"""
