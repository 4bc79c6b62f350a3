"""The page *First steps*: what to click in the first ten minutes (``steps``), ticked off as it is seen."""
