"""What scenarios are made of, and how a stage is put in force.

``parts`` are the dataclasses that a scenario is written with, ``acts`` what one does in it, ``hosts`` the host names it
may ask for, ``serving`` how it may serve a server. ``catalogue`` finds the scenarios, ``pointing`` says what a run
changes, ``applied`` changes a server's settings, ``following`` says from the journal's entries what was done, and
``verdicts`` has the checks that several scenarios share.
"""
