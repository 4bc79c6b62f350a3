"""What several projects recorded, side by side and message by message: pages of a Django project that only watches.

``observed`` says what the entries show; each page has a folder of its own; ``pages`` lists them, and a project may
register further ones. Records nothing, keeps no session, sets no cookie but that of the ``key``, and knows neither
the databases nor the secrets of the projects that it watches.
"""
