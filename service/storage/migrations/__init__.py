"""Alembic's migrations, oldest first by date."""
