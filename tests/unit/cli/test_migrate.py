def test_a_migrated_storage_can_be_worked_with(run, write_ini):
    ini = write_ini()
    result = run("migrate", ini)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "The storage 'sqlalchemy' has this version's schema.\n"
    assert run("user", "create", ini, "ann", "ann@example.org", "--password-stdin", input="a good one").exit_code == 0


def test_a_second_migration_keeps_what_is_there(run, migrated):
    run("user", "create", migrated, "ann", "ann@example.org", "--password-stdin", input="a good one")
    assert run("migrate", migrated).exit_code == 0
    assert run("user", "activate", migrated, "ann").exit_code == 0


def test_no_signing_secret_is_needed(run, write_ini, monkeypatch):
    monkeypatch.delenv("MOVIECATALOG_AUTH_SECRET")
    assert run("migrate", write_ini()).exit_code == 0


def test_a_signing_secret_that_is_set_is_checked(run, write_ini, monkeypatch):
    monkeypatch.setenv("MOVIECATALOG_AUTH_SECRET", "short")
    result = run("migrate", write_ini())
    assert result.exit_code == 1
    assert "moviecatalog.auth.secret: the value given won't do" in result.stderr


def test_every_problem_of_the_settings_is_listed(run, write_ini):
    result = run("migrate", write_ini({"moviecatalog.cache.ttl": "soon", "moviecatalog.strage": "memory"}))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: 2 problems in the settings:\n")
    assert "moviecatalog.cache.ttl: 'soon' won't do" in result.stderr
    assert "did you mean 'moviecatalog.storage'?" in result.stderr


def test_a_storage_that_cannot_be_opened_is_a_sentence(run, write_ini):
    ini = write_ini({"moviecatalog.storage.sqlalchemy.url": "sqlite:///%(here)s/no/such/directory/catalogue.sqlite"})
    result = run("migrate", ini)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr
