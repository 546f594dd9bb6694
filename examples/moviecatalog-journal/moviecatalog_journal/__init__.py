"""A storage that keeps a journal of all that happens in one file of JSON lines."""

from moviecatalog_journal.storage import JournalStorage


def includeme(config):
    config.add_storage("journal", JournalStorage.from_settings)
