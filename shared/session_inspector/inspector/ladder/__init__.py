"""The page *Ladder*: the sequence diagram of one visitor's traffic.

``steps`` puts messages together that one click set in motion, ``sentences`` says what each did, ``labels`` what stands
on a rung. ``filters`` leaves out what a person does not want to see, ``clicks`` folds what is not the newest.
``messages`` and ``message_sentences`` are for stepping through one sign-in.
"""
