"""The lab's own inspector: a Django project that shows what the three servers recorded.

It mounts the pages of ``session_inspector.inspector``, which are true for any project, and adds to them what only the
lab knows: *First steps*, *Scenarios* and *Start over*. ``pages`` lists those that have a tab.
"""
