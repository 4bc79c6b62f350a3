"""People, their sessions at Identity, and the lesson on signing in.

``people`` makes alice and bob, ``views`` has the pages, ``sessions`` lists where a person is signed in, and
``sign_in_trace`` records what ``authenticate()`` and ``login()`` changed.
"""
