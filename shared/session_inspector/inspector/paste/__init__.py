"""What somebody pastes from a project that is not recorded here: what it is, what is wrong, what its parts mean.

A callback address, a ``Set-Cookie`` or ``Cookie`` line, a token, a fragment of Django's settings, a HAR file. It is
read in memory, kept nowhere, and of a secret only the first characters are shown. Evaluates no code, asks no server and
checks no signature.

``kinds`` tells them apart, and each has a module or a folder of its own. ``reading`` has the types of what is said.
"""
