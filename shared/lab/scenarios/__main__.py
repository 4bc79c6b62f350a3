"""``python -m lab.scenarios new NAME`` writes a scenario that runs, and its test, for somebody to make their own."""

import keyword
import sys
from pathlib import Path

from lab.staging.catalogue import in_order_for, scenario_named
from lab.staging.parts import Reader
from lab.state import ROOT

USAGE = "python -m lab.scenarios new NAME, where NAME is a name of Python in small letters, such as lost_update"
DRAFTS = Path(__file__).parent / "new"
TESTS = ROOT / "tests" / "lab" / "scenarios"


def write(name: str, modules: Path, tests: Path) -> list[Path]:
    """The files that were written. Ends the process with one line if there is such a scenario, or can be none."""
    if not name.isidentifier() or name != name.lower() or keyword.iskeyword(name):
        raise SystemExit(USAGE)
    written = {modules / f"{name}.py": "module.txt", tests / f"test_{name}.py": "test.txt"}
    if taken := next((path for path in written if path.exists()), None):
        raise SystemExit(f"There is {taken} already.")
    words = {"name": name, "title": name.replace("_", " ").capitalize(), "place": next_place()}
    for path, draft in written.items():
        path.write_text((DRAFTS / draft).read_text().format(**words))
    return list(written)


def next_place() -> int:
    """The end of the developers' list."""
    return 1 + max(one.places[Reader.DEVELOPER] for one in in_order_for(Reader.DEVELOPER))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "new" or scenario_named(sys.argv[2]):
        sys.exit(USAGE)
    for path in write(sys.argv[2], Path(__file__).parent, TESTS):
        print(f"Wrote {path.relative_to(ROOT)}")
