"""``python -m lab.reset``, which is ``make reset``: remove what the lab has made, and nothing else."""

from lab.database_url import URL
from lab.state import refuse_while_running, reset

if __name__ == "__main__":
    refuse_while_running()
    if URL:
        from lab.databases.postgresql import remove_all  # not above: without it, no virtual environment is needed

        remove_all()
    reset()
