"""The page *Leaving*: the ways to leave (``ways``), and what one of them did when it was tried (``trial``)."""
