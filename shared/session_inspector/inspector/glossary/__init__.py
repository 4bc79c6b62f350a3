"""The words that the pages use, each explained in at most two sentences, on one page and where they stand."""
