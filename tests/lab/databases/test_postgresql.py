"""With LAB_DATABASE_URL, each server has a database and a role of its own in PostgreSQL, and can read no other."""

import json
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from unittest.mock import MagicMock

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from lab.databases.postgresql import as_administrator
from tests import postgresql
from tests.browser.person import Person, resolve_to_loopback
from tests.lab.databases.killed import PREPARES, kill_while_it_migrates
from tests.lab.doctor.examined import found_by
from tests.processes import WAIT_TIMEOUT, Lab

PROGRAMS = postgresql.find()
pytestmark = pytest.mark.skipif(PROGRAMS is None, reason="PostgreSQL is not installed")

SERVERS = ("identity", "site_a", "site_b")


@pytest.fixture(scope="module")
def url():
    """Of a role that may create databases and roles, and nothing else."""
    with postgresql.cluster(PROGRAMS) as cluster:
        with psycopg.connect(host=cluster["HOST"], user=cluster["USER"], autocommit=True) as administrator:
            administrator.execute("CREATE ROLE lab_maker LOGIN CREATEDB CREATEROLE PASSWORD 'of-the-maker'")
        yield f"postgresql://lab_maker:of-the-maker@/postgres?host={cluster['HOST']}"


@pytest.fixture
def lab(tmp_path, url):
    lab = Lab(tmp_path)
    lab.settings["LAB_DATABASE_URL"] = url
    yield lab
    lab.stop()
    assert lab.run(f"{sys.executable} -m lab.reset").wait() == 0
    assert names_in(url) == {"postgres", "template0", "template1"}
    assert roles_in(url) == {"postgres", "lab_maker"}


def asked(url, sql):
    with closing(psycopg.connect(url)) as administrator:
        return administrator.execute(sql).fetchall()


def names_in(url):
    return {name for (name,) in asked(url, "SELECT datname FROM pg_database")}


def roles_in(url):
    return {name for (name,) in asked(url, "SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'")}


def in_lab(lab, code):
    """What that code prints in a process of the lab."""
    done = subprocess.run(
        [sys.executable, "-c", code], env=lab.environment, cwd=lab.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def roles_and_passwords(lab, names):
    code = (
        "import json; from lab.databases.postgresql import password_of, role_of\n"
        f"print(json.dumps({{name: [role_of(name), password_of(name)] for name in {names!r}}}))"
    )
    return json.loads(in_lab(lab, code))


def in_shell(lab, server, code):
    return lab.manage(server, "shell", "--verbosity=0", "-c", code).strip()


def test_people_sign_in_and_each_server_finds_only_its_own_rows(lab, url, monkeypatch):
    resolve_to_loopback(monkeypatch, lab.domain)
    lab.start(*SERVERS)
    alice = Person(lab, "alice")
    assert [alice.sign_in(site).status_code for site in ("site_a", "site_b")] == [200, 200]
    sessions = "from django.contrib.sessions.models import Session; print(Session.objects.count())"
    assert [in_shell(lab, server, sessions) for server in SERVERS] == ["1", "1", "1"]


def test_the_role_of_one_server_can_connect_to_no_database_of_another(lab, url):
    lab.start(*SERVERS)
    known = roles_and_passwords(lab, (*SERVERS, "journal"))
    host = conninfo_to_dict(url)["host"]
    for role, password in known.values():
        for database, _ in known.values():
            connect = partial(psycopg.connect, host=host, user=role, password=password, dbname=database)
            if role == database:
                with closing(connect()) as own:
                    may = own.execute(
                        "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s", [role]
                    )
                    assert may.fetchone() == (False, False, False)
            else:
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    connect()


def test_a_process_has_few_connections_and_the_next_request_waits_five_seconds_for_one(lab):
    lab.start("site_a")
    code = (
        "import time; from django.db import connection as one, OperationalError\n"
        "one.pool.open()\n"
        "taken = [one.pool.getconn() for _ in range(one.pool.max_size)]\n"
        "began = time.monotonic()\n"
        "try: one.ensure_connection()\n"
        "except OperationalError as error: print(len(taken), round(time.monotonic() - began), error)\n"
        "for connection in taken: one.pool.putconn(connection)\n"
        "one.close_pool()"
    )
    assert in_shell(lab, "site_a", code) == "8 5 couldn't get a connection after 5.00 sec"


POOL = """
import time
from django.db import connection as one, transaction
from pooled_connections import give_back

def ask():
    one.cursor().execute("SELECT 1")

def print_taken(expected):
    "In a moment: what is given back, a thread of the pool takes in."
    end = time.monotonic() + 5
    while (now := (said := one.pool.get_stats())["pool_size"] - said["pool_available"]) != expected:
        if time.monotonic() > end:
            break
        time.sleep(0.01)
    print(now)

ask()
"""
CLOSE = "\none.close()\none.close_pool()"


@pytest.mark.parametrize(
    ("code", "taken"),
    [
        ("print_taken(1)", "1"),
        ("give_back(); print_taken(0); ask(); print_taken(1)", "0 1"),
        ("with transaction.atomic():\n    ask(); give_back(); print_taken(1); ask()", "1"),
    ],
)
def test_what_a_request_has_of_the_pool_it_gives_back_before_it_waits_but_not_in_a_transaction(lab, code, taken):
    lab.start("site_a")
    assert in_shell(lab, "site_a", POOL + code + CLOSE).split() == taken.split()


@pytest.mark.parametrize(
    ("server", "code"),
    [
        ("site_a", "import relying_party.provider_client as asked; asked.exchange = look; asked.call('GET', 'x:')"),
        ("identity", "from django.contrib.auth.hashers import make_password; make_password('x')"),
    ],
)
def test_nobody_keeps_a_connection_while_a_provider_answers_or_a_password_is_hashed(lab, server, code):
    """The first waits in ``exchange``, the second in a place for hashing: both look at the pool there."""
    lab.start(server)
    watched = """
import bounded_http
from django.contrib.auth import hashers

def look(*asked):
    print_taken(0)
    return bounded_http.Answer(200, {}, b"{}")

usual = hashers.PBKDF2PasswordHasher.encode
hashers.PBKDF2PasswordHasher.encode = lambda *asked: look() and usual(*asked)
"""
    assert in_shell(lab, server, POOL + watched + code + CLOSE) == "0"


@pytest.mark.parametrize(
    ("limit", "is_"),
    [("lock_timeout", "5s"), ("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "30s")],
)
def test_nothing_waits_for_the_database_without_end(lab, limit, is_):
    lab.start("site_a")
    shown = f"from django.db import connection as one; print(one.cursor().execute('SHOW {limit}').fetchone()[0])"
    assert in_shell(lab, "site_a", shown) == is_


def test_a_run_of_a_scenario_has_databases_of_its_own_which_are_copies_and_are_forgotten(lab, url):
    lab.start(*SERVERS)
    for _ in range(4):
        in_lab(lab, "from lab import runs; runs.begin('cookie_clash', 'path', {})")
        for server in SERVERS:
            lab.stop(server)
        lab.start(*SERVERS)
    found = {name.partition("_site_b")[2] for name in names_in(url) if "_site_b" in name}
    assert found == {"", "_fresh", "_run3", "_run4"}
    assert in_shell(lab, "site_b", "from django.contrib.auth.models import User; print(User.objects.count())") == "0"


def test_processes_that_start_at_once_prepare_the_database_once(lab):
    code = (
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'identity.settings'\n"
        "import django; django.setup()\n"
        "from lab.launch.prepare import prepare\n"
        "prepare()\n"
        "from django.contrib.auth.models import User\n"
        "print(User.objects.count())"
    )
    command = [sys.executable, "-c", code]
    started = [
        subprocess.Popen(command, env=lab.environment, cwd=lab.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [one.communicate(timeout=120) for one in started]
    assert len({out for out, _ in ended}) == 1, ended
    assert [one.returncode for one in started] == [0, 0, 0], ended


def test_who_is_killed_while_the_tables_are_made_starts_the_next_time(lab):
    kill_while_it_migrates(lab)
    lab.start("site_a")


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


def wait_for(url, number):
    """Until so many connections wait for a lock."""
    deadline = time.monotonic() + WAIT_TIMEOUT
    while asked(url, WAITING) != [(number,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_postgresql_still_makes_for_one_that_was_killed_the_next_one_waits_for(lab, url):
    in_lab(lab, "from lab.databases import postgresql; postgresql.make_journal()")
    command, about = [sys.executable, "-c", PREPARES], {"env": lab.environment, "cwd": lab.root}
    with closing(psycopg.connect(host=conninfo_to_dict(url)["host"], user="postgres", dbname="postgres")) as other:
        other.execute("ALTER DATABASE template1 RENAME TO away")  # of which new ones are copies; it is not committed
        killed = subprocess.Popen(command, **about)
        wait_for(url, 1)
        killed.kill()
        killed.wait()
        after = subprocess.Popen(command, **about)
        wait_for(url, 2)
        other.rollback()
        assert after.wait() == 0


def test_wrong_passwords_are_counted_for_all_processes(lab):
    counted = "from django.core.cache import cache; cache.{}; print(cache.get('wrong'))"
    lab.start("identity")
    in_shell(lab, "identity", counted.format("set('wrong', 3)"))
    assert in_shell(lab, "identity", counted.format("get('wrong')")) == "3"


def refusal(lab):
    assert lab.run(f"{sys.executable} site_a/manage.py runserver --noreload").wait() == 1
    return lab.output.splitlines()[1:]


@pytest.mark.parametrize("wrong", ["mysql://lab:of-the-maker@/x", "postgresql://lab:of-the-maker@/x?colour=red"])
def test_an_address_that_is_none_is_refused_in_one_line_without_its_password(tmp_path, wrong):
    lab = Lab(tmp_path)
    lab.settings["LAB_DATABASE_URL"] = wrong
    assert refusal(lab) == ["LAB_DATABASE_URL must have the form postgresql://role:password@host:port/database."]


def test_a_server_that_does_not_run_is_said_in_one_line(tmp_path):
    lab = Lab(tmp_path)
    lab.settings["LAB_DATABASE_URL"] = f"postgresql://lab:of-the-maker@/x?host={tmp_path}"
    (line,) = refusal(lab)
    assert line.startswith("PostgreSQL cannot be used (LAB_DATABASE_URL): ")
    assert "of-the-maker" not in line


@pytest.mark.parametrize("it_is", ["starting up", "not yet accepting connections", "in recovery mode", "shutting down"])
def test_a_server_that_mends_itself_after_a_kill_is_waited_for(monkeypatch, it_is):
    answers = [MagicMock(), psycopg.OperationalError(f"FATAL:  the database system is {it_is}\nDETAIL:  It says more.")]

    def connect(url, **options):
        answer = answers.pop()
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(psycopg, "connect", connect)
    with as_administrator():
        assert answers == []


def test_a_password_that_is_gone_is_replaced_by_the_next_start(lab):
    lab.start("site_a")
    lab.stop("site_a")
    (lab.state / "var" / "secrets" / "site_a.database_password").unlink()
    lab.start("site_a")
    assert (
        in_shell(lab, "site_a", "from django.db import connection as one; one.ensure_connection(); print('in')") == "in"
    )


def test_a_database_that_was_dropped_is_made_by_the_next_start(lab, url):
    lab.start("site_a")
    lab.stop("site_a")
    (name,) = (name for name in names_in(url) if name.endswith("_site_a"))
    with closing(psycopg.connect(url, autocommit=True)) as administrator:
        administrator.execute(f"DROP DATABASE {name}")
    lab.start("site_a")
    assert name in names_in(url)


def test_the_doctor_finds_a_server_that_does_not_run_and_a_role_that_may_make_nothing(tmp_path, url):
    lab = Lab(tmp_path)
    lab.settings["LAB_DATABASE_URL"] = url
    assert found_by("PostgreSQL", lab) == []
    with closing(psycopg.connect(url, autocommit=True)) as administrator:
        administrator.execute("CREATE ROLE visitor LOGIN PASSWORD 'of-the-visitor'")
    lab.settings["LAB_DATABASE_URL"] = url.replace("lab_maker:of-the-maker", "visitor:of-the-visitor")
    (finding,) = found_by("PostgreSQL", lab)
    assert finding["what"] == "The role visitor of LAB_DATABASE_URL may not make databases and roles."
    lab.settings["LAB_DATABASE_URL"] = f"postgresql://visitor:of-the-visitor@/x?host={tmp_path}"
    (finding,) = found_by("PostgreSQL", lab)
    assert finding["what"].startswith("PostgreSQL cannot be used: ")
    assert "of-the-visitor" not in str(finding)
    with closing(psycopg.connect(url, autocommit=True)) as administrator:
        administrator.execute("DROP ROLE visitor")


def test_what_expired_rows_cost_is_measured_there_too(lab):
    in_lab(lab, "from lab import runs; runs.begin('expired_rows', 'what_they_cost', {})")
    lab.start("site_a")
    measured = (
        "from django.core.management import call_command\n"
        "from lab.web.management.commands import measure_expired_rows as measure\n"
        "measure.SIZES = (10, 1000)\n"
        "call_command('measure_expired_rows')"
    )
    first, second = [line.split() for line in in_shell(lab, "site_a", measured).splitlines()[1:3]]
    assert (first[0], second[0]) == ("10", "1,000")
    assert float(second[2]) > float(first[2]) > 0
