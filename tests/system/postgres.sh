# A PostgreSQL of a test's own; sourced, not run. A cluster in a temporary folder, on a unix socket
# in there and no port, gone when the test ends. As root it runs as the user postgres.

set -euo pipefail
pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
pg_folder=

# pg_missing: why there can be no PostgreSQL here; nothing where there can.
pg_missing() {
    if [ -z "$pg_bin" ]; then
        echo 'no PostgreSQL'
    elif ! ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then
        echo 'no PostGIS'
    elif [ "$(id -u)" -eq 0 ] && ! id postgres >/dev/null 2>&1; then
        echo 'no user postgres'
    fi
}

pg_as() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && setpriv --reuid postgres --regid postgres --clear-groups "$@")
    else
        "$@"
    fi
}

# pg_start [SETTING...]: starts it. PGHOST and PGUSER are set for psql and libpq.
pg_start() {
    local options setting
    pg_folder=$(mktemp -d /tmp/commonwheel-pg-XXXXXX)
    [ "$(id -u)" -ne 0 ] || chown postgres "$pg_folder"
    options="-k $pg_folder -c listen_addresses=''"
    for setting; do options+=" -c $setting"; done
    pg_as "$pg_bin/initdb" -D "$pg_folder/data" -A trust -U postgres -E UTF8 --no-locale \
        >"$pg_folder.log" 2>&1
    pg_as "$pg_bin/pg_ctl" -D "$pg_folder/data" -o "$options" -l "$pg_folder/log" -w start \
        >>"$pg_folder.log" 2>&1
    export PGHOST=$pg_folder PGUSER=postgres PGDATABASE=postgres
}

pg_stop() {
    [ -n "$pg_folder" ] || return 0
    pg_as "$pg_bin/pg_ctl" -D "$pg_folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$pg_folder" "$pg_folder.log"
    pg_folder=
}

# pg_schema DATABASE: makes it anew, with the schema. Until the dispatcher has a `db migrate`, by its
# scripts; where the facts' script is not among them, their tables are stood in for.
pg_schema() {
    local script top
    top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
    psql -qX -v ON_ERROR_STOP=1 -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1" 2>/dev/null
    export PGDATABASE=$1
    if "$BUILD_DIR/dispatcher" db --help >/dev/null 2>&1; then
        "$BUILD_DIR/dispatcher" db migrate --store "postgresql:///$1?host=$PGHOST&user=$PGUSER"
        return
    fi
    psql -qX -v ON_ERROR_STOP=1 -c 'CREATE SCHEMA commonwheel'
    [ -e "$top"/dispatcher/store/schema/001_*.sql ] || psql -qX -v ON_ERROR_STOP=1 <<SQL
CREATE TABLE commonwheel.fact (shard smallint, seq bigint, kind smallint, at timestamptz, body bytea);
CREATE TABLE commonwheel.snapshot (shard smallint, seq bigint, number integer, body bytea);
CREATE TABLE commonwheel.shard_lease (shard smallint PRIMARY KEY);
SQL
    for script in "$top"/dispatcher/store/schema/*.sql; do
        psql -qX -v ON_ERROR_STOP=1 -1 -f "$script"
    done
}
