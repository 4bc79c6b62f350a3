"""What a recorded entry means: what became of the session, and in a sentence each what cookies and parameters do.

Knows the form of an entry's ``content`` and the words for it, for the panel and the inspector alike. Reads no journal
and no session, and renders nothing.
"""
