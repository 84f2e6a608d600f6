#!/bin/sh
# Run once, when the data folder is made: the owner of the tables and the role of the service.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set=owner_password="$OWNER_PASSWORD" --set=app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE ferrotrace_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ferrotrace_app LOGIN PASSWORD :'app_password';
CREATE DATABASE ferrotrace OWNER ferrotrace_owner;
REVOKE ALL ON DATABASE ferrotrace FROM PUBLIC;
GRANT CONNECT ON DATABASE ferrotrace TO ferrotrace_app;
SQL
