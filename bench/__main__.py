"""``python -m bench NAME``."""

import sys

from bench import inspector, recorder, sign_in, words

BENCHES = {"recorder": recorder.main, "inspector": inspector.main, "sign_in": sign_in.main, "words": words.main}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in BENCHES:
        sys.exit(f"usage: python -m bench {'|'.join(BENCHES)}")
    BENCHES[sys.argv[1]]()
