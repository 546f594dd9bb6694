"""What an SqlStorage sends to its database."""

from contextlib import contextmanager
from unittest import mock

from sqlalchemy import event

from moviecatalog.plugins.storages.sqlalchemy.glances import GlancingStatements

FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@contextmanager
def noted(storage):
    """The statements from now on, without what frames them; glances too, of which SQLAlchemy tells nobody."""
    sent = []
    engine, glance = storage._engine, GlancingStatements.glance

    def note(_connection, _cursor, statement, *_):
        if statement.split()[0].upper() not in FRAMES:
            sent.append(statement)

    def noting(self, wanted, parameters):
        if self._engine is engine:
            sent.append(wanted.text(self.dialect.driver))
        return glance(self, wanted, parameters)

    event.listen(engine, "before_cursor_execute", note)
    with mock.patch.object(GlancingStatements, "glance", noting):
        yield sent
    event.remove(engine, "before_cursor_execute", note)
