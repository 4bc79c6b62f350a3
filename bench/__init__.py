"""What the lab costs, as ratios within one run: these machines are shared, and seconds say little.

Each module answers one question and prints a table; ``python -m bench NAME`` runs it. Nothing here is a test.
"""
