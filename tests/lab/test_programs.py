"""Programs that pip does not install are found where distributions put them."""

from lab import programs


def test_nginx_is_found_where_only_root_looks_for_programs(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(programs, "SYSTEM", str(tmp_path))
    assert programs.nginx() is None
    (tmp_path / "nginx").touch(mode=0o755)
    assert programs.nginx() == tmp_path / "nginx"


def test_of_several_versions_of_postgresql_the_newest_is_taken(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    assert programs.postgresql() is None
    for version in ("9", "15", "13"):
        (tmp_path / version / "bin").mkdir(parents=True)
    assert programs.postgresql() == tmp_path / "15" / "bin"


def test_the_one_on_the_path_comes_before_these(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "initdb").touch(mode=0o755)
    assert programs.postgresql() == tmp_path
