"""What only the lab needs: its servers as data, what their settings have in common, how they start and how they look.

``servers`` and ``endpoints`` say who is where; ``state`` owns the state folder, ``databases`` what each server keeps
its data in; ``settings`` is what every server sets, ``client_site`` what both sites have besides. ``web`` is the frame
around every page, ``launch`` starts and prepares the processes, ``scale`` starts two of each, ``inspector`` is the
project that watches the three servers. ``runs`` says which run is under way, ``staging`` puts a stage of ``scenarios``
in force, ``misbehaving`` is the other provider. ``doctor`` says what is amiss with a set-up.

Stands on ``session_inspector``, ``relying_party`` and ``backchannel_logout``, and never the other way round. Imports no
project.
"""
