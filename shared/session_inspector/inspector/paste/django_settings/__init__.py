"""A fragment of Django's settings. Nothing of it is run: its syntax is read, and of that literals alone.

``fragment`` reads it, and ``meanings`` says what the known settings are for. ``values`` says what is wrong with how one
is written, ``cookies``, ``sessions`` and ``other_servers`` with what it says; ``reading`` puts all together.
"""
