"""The packages as others take them along: built, installed into an environment of their own, tried in fresh projects.

In the lab's own environment every import would succeed without a wheel: its ``.pth`` puts ``shared/`` on the path.
"""
