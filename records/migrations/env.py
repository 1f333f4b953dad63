"""Where alembic starts: it is given a connection that is in a transaction already, by records/migrate.py."""

from __future__ import annotations

from alembic import context

from records.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
