"""A project of its own: the models have a field of each kind, and there are databases of both engines."""
