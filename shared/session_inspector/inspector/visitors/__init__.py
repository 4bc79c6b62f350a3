"""The page *Visitors*: several jars of cookies beside each other."""
