"""The schema's history: one linear line of Alembic revisions in `versions`."""
