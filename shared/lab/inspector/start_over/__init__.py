"""The page *Start over*: the servers forget this browser one after the other, and the journal is emptied."""
