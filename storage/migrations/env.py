"""Where alembic finds the connection and the tables."""

from alembic import context
from sqlmodel import SQLModel

from storage import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata if tables else None,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
