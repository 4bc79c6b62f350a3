"""The pages *Scenarios*: choose a stage, predict, do it, say what you saw, and see what the servers saw.

``attempts`` keeps what was predicted and what came of it, beside the journal; ``progress`` says where an attempt is.
"""
