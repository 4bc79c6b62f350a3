"""What the lab costs, and whether its limits are kept. Nothing here is a test.

These machines are shared, and seconds say little: most figures are ratios within one run, of what is asked in turns.
Each module measures what its docstring says, and has a limit for each of its figures; ``python -m bench`` runs it.
"""
