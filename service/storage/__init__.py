"""PostgreSQL: the only user of sqlalchemy. Queries are functions of a transaction."""
