"""Where a browser's own developer tools show what these pages speak of, so that one can compare."""
