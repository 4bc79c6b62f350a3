"""What several projects recorded, side by side and message by message: pages of a Django project that only watches.

``observed`` says what the entries show; each page has a folder of its own; ``pages`` lists them, and a project may
register further ones. Records nothing, sets no cookie, keeps no session, and knows neither the databases nor the
secrets of the projects that it watches.
"""
