"""A Django project that only watches: the three servers' cookies and sessions side by side, and one's own traffic.

Owns the pages, their live stream and the exports. Reads the journal and the words of ``shared.explain``; records
nothing, sets no cookie, keeps no session, and knows neither the databases nor the secrets of the servers.
"""
