"""People, their sessions at Identity, and the lesson on signing in.

``people`` makes alice and bob, ``views`` has the form for signing in, ``sessions`` lists where a person is signed in,
``consents`` what they allowed, ``clients`` what they registered, and ``sign_in_trace`` records what ``authenticate()``
and ``login()`` changed.
"""
