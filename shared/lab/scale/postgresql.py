"""``python -m lab.scale.postgresql``: a PostgreSQL server for this lab alone, with its data in the state folder.

It listens on loopback only, asks for a password, and ends with this process.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from lab import programs
from lab.launch.supervision import end_with_honcho
from lab.servers import PORT
from lab.state import STATE, folder, running, secret, secret_path

ADDRESS, DATABASE_PORT = "127.0.0.1", PORT + 5  # the next one after the lab's own
OWNER = "lab"  # its first role, which makes those of the servers
ACCOUNT = "postgres"  # of the system, where this is root: PostgreSQL refuses to run as that
DATA = STATE / "postgresql"


def url() -> str:
    return f"postgresql://{OWNER}:{secret('postgresql.cluster_password')}@{ADDRESS}:{DATABASE_PORT}/postgres"


def serve() -> int:
    """Run that server until it ends; its status. Ends the process with one line if this cannot be.

    All its processes hold the lock, so who has got it knows that none is left of one that was killed. PostgreSQL itself
    goes by the number of that process, which may be another's by now.
    """
    found = programs.postgresql()
    assert found
    said = ("unix_socket_directories=", "log_min_messages=fatal", "log_checkpoints=off")
    options = [word for setting in said for word in ("-c", setting)]
    command = [str(found / "postgres"), "-D", str(DATA), "-h", ADDRESS, "-p", str(DATABASE_PORT), *options]
    with running("postgresql") as lock:
        if not DATA.exists():
            make(found)
        (DATA / "postmaster.pid").unlink(missing_ok=True)
        server = subprocess.Popen(command, preexec_fn=become_account, pass_fds=[lock.fileno()])
        signal.signal(signal.SIGTERM, lambda number, frame: server.terminate())
        return server.wait()


def make(programs_folder: Path) -> None:
    """Its data, whole or not at all."""
    draft = DATA.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    password = secret_path("postgresql.cluster_password")
    folder(draft)
    copy = draft.with_suffix(".password")
    shutil.copy(password, copy)
    if os.geteuid() == 0:
        for path in (draft, copy):
            shutil.chown(path, ACCOUNT, ACCOUNT)
        STATE.chmod(STATE.stat().st_mode | 0o011)  # the account may come to its folder, and read no other
    made = subprocess.run(
        [
            programs_folder / "initdb",
            "--no-instructions",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            f"--username={OWNER}",
            f"--pwfile={copy}",
            f"--pgdata={draft}",
        ],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=become_account,
        cwd="/",
    )
    copy.unlink()
    if made.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        sys.exit(f"PostgreSQL cannot make its data in {DATA}: {made.stderr.strip().splitlines()[-1]}")
    draft.rename(DATA)


def become_account() -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)


if __name__ == "__main__":
    end_with_honcho()
    sys.exit(serve())
