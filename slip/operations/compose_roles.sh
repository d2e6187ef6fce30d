#!/bin/sh
# Run by the PostgreSQL image once, when its volume is empty: two roles whose passwords are those in the addresses that
# the portal is given, one database, its extensions and the grants. slip/embedded/provisioning.py does the same there.
set -e

password() {
  sed -E 's#^[a-z]+://[^:]+:([^@]+)@.*#\1#' "${SLIP_SECRETS:-/run/secrets}/$1"
}

psql -v ON_ERROR_STOP=1 --username postgres --dbname postgres <<SQL
CREATE ROLE slip_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD '$(password owner_database_url)';
CREATE ROLE slip_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
    PASSWORD '$(password app_database_url)';
CREATE DATABASE slip OWNER slip_owner;
SQL

psql -v ON_ERROR_STOP=1 --username postgres --dbname slip <<SQL
CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
CREATE EXTENSION btree_gist;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO slip_app;
ALTER DEFAULT PRIVILEGES FOR ROLE slip_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO slip_app;
ALTER DEFAULT PRIVILEGES FOR ROLE slip_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO slip_app;
SQL
