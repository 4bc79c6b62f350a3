"""The page *Side by side*: a column for each server, and below which cookie went where (``matrix``)."""
