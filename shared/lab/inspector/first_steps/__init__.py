"""The page *First steps*: the lesson that the lab is for, step by step (``steps``), ticked by what was seen.

``traffic`` is what is looked at, ``evidence`` has a function for each step that finds what shows it, ``closing`` checks
what a person has ticked who closed the browser, which no server can see.
"""
