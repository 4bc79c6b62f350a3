"""What the three servers have in common: the servers as data, settings, frame, and apps.

Each app in here is behaviour that an ordinary Django project installs; ``identity``, ``site_a`` and ``site_b`` are
such projects. Nothing in here imports a project.
"""
