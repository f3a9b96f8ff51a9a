# A PostgreSQL of a test's own, by tests/pg_server, for psql; sourced, not run.

set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD_DIR=${BUILD_DIR:-$top/build/release}
folder=$(mktemp -d /tmp/commonwheel-system-XXXXXX)
chmod 711 "$folder" # the server may be another user's
base=
cleanup() {
    [ -z "$base" ] || "$top/tests/pg_server" kill "$base" || true
    rm -rf "$folder"
}
trap cleanup EXIT
export LC_ALL=C.UTF-8 PGTZ=UTC PGOPTIONS='-c client_min_messages=warning'

# make_database NAME: a server that psql finds, with the schema. Where there is none, NAME is said to
# be skipped; where the schema cannot be made, that is not ok. Both end the program.
make_database() {
    local code=0
    mkdir "$folder/base"
    "$top/tests/pg_server" create "$folder/base" $$ || code=$?
    if [ "$code" -eq 77 ] || ! ls /usr/share/postgresql/15/extension/postgis.control >/dev/null 2>&1; then
        echo "skip $1 (PostgreSQL 15 with PostGIS is not installed)"
        exit 0
    fi
    base=$folder/base
    export PGHOST=$base PGUSER=commonwheel PGDATABASE=commonwheel
    "$BUILD_DIR/dispatcher" db migrate --store "postgresql://commonwheel@/commonwheel?host=$base" \
        >"$folder/migrate.out" 2>&1 || {
        echo "not ok $1: the schema cannot be made"
        tail -n 5 "$folder/migrate.out"
        exit 1
    }
}
