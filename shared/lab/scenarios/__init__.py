"""The scenarios, a module each. Nothing else has to be registered: ``staging.catalogue`` finds them.

``python -m lab.scenarios new NAME`` writes the beginnings of one. CONTRIBUTING has the recipe.
"""
