"""What the recorded traffic of one visitor shows, as every page needs it: who that is, and what each server knows.

``visitor`` says whose traffic a page shows, ``cookie_jar`` what cookies that browser has, ``server_state`` what one
server keeps of it, ``rungs`` which messages belong together; ``queries`` asks the journal.
"""
