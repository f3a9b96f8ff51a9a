# The database of docker-compose.yml's profile `ha` without containers, for tests: the files of .compose, with
# other paths and addresses. Sourced, not run, in the top folder.

# patroni_files FOLDER SECRETS ETCD: Patroni's, for one database in FOLDER, with the secrets in that
# folder and etcd at these addresses.
patroni_files() {
    local file
    for file in patroni-start patroni.yml database-init; do
        sed "s#/run/secrets#$2#g; s#exec patroni /#exec patroni $1/#
             s#sh /database-init#sh $1/database-init#
             s#: /run/postgresql#: $1#; s#\[etcd-1:2379.*\]#[$3]#" ".compose/$file" >"$1/$file"
    done
}

# patroni_command FOLDER ADDRESS: what runs it there, in $patroni_command, for the user whose FOLDER is.
patroni_command() {
    patroni_command=(env HOME="$1" PATRONI_NAME="$2" PATRONI_RESTAPI_LISTEN="$2:8008"
        PATRONI_POSTGRESQL_LISTEN="$2:5432" PATRONI_POSTGRESQL_DATA_DIR="$1/data"
        PATRONI_POSTGRESQL_PGPASS="$1/passwords" sh "$1/patroni-start")
}
