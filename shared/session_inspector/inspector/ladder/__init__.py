"""The page *Ladder*: the sequence diagram of one visitor's traffic.

``steps`` puts messages together that one click set in motion, ``sentences`` says what each did, ``labels`` what stands
on a rung.
"""
