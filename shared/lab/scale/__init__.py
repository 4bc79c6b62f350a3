"""``make scale``: two processes of each server behind nginx over https, with all data in PostgreSQL.

``missing`` says what is not here, ``postgresql`` and ``nginx`` run these two with what they need in the state folder,
and ``kept`` starts a process again that was killed.
"""
