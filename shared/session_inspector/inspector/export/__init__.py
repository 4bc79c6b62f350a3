"""The page *Export*, and the journal for programs: HTTP Archive (``har``) and JSON."""
