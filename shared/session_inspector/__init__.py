"""See cookies, session rows and redirects of a Django project, or of several that sign in with one another.

One app in three steps, and data flows one way:

- ``recorder`` watches one project and writes the journal, which it never reads;
- ``journal`` keeps the entries, all projects' in one place;
- ``panel`` shows them on each page of a project, ``inspector`` for all of them, in a Django project of its own.

``explain`` says in words what a recorded thing means, for both. ``redaction`` decides what of a secret may be kept.
Needs Django, ``bounded_http``, ``compiled_query``, ``loopback`` and ``trace_context``. Of ``relying_party`` it listens
to the signals, where that is installed; of a project that it watches it knows what that says of itself. What it does
not do: change anything in a project or a session, send anything to another host, or keep the secrets that it sees.
"""
