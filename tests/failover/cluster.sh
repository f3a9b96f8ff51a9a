# A small data centre in network namespaces, sourced by tests/failover/run after town.sh: three databases under
# Patroni, which agree by etcd, two places for dispatchers and one for the town that they serve.
# Each has an address of its own and one cable to a common switch, which can be cut.
#
#   db1 db2 db3   10.77.0.11 .12 .13   etcd, Patroni and the PostgreSQL that it runs
#   d1 d2         10.77.0.21 .22       dispatchers
#   town          10.77.0.31           cars and riders
#
# Patroni's settings are those of .compose.
#
# Needs root, iproute2, patroni, etcd-server and PostgreSQL with PostGIS. Names of namespaces begin
# with "cw$$-", so that several runs do not meet.

. tests/patroni.sh
prefix=cw$$
declare -A addresses=([db1]=10.77.0.11 [db2]=10.77.0.12 [db3]=10.77.0.13
    [d1]=10.77.0.21 [d2]=10.77.0.22 [town]=10.77.0.31)
database_url='postgresql://commonwheel@10.77.0.11,10.77.0.12,10.77.0.13/commonwheel?target_session_attrs=read-write&connect_timeout=2'

# within PLACE COMMAND...: run it there.
within() {
    local place=$1
    shift
    ip netns exec "$prefix-$place" "$@"
}

# as_postgres PLACE COMMAND...: not as root, which PostgreSQL refuses.
as_postgres() {
    local place=$1
    shift
    within "$place" setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
}

network_up() {
    local place
    ip netns add "$prefix-switch"
    ip -n "$prefix-switch" link add name switch type bridge
    ip -n "$prefix-switch" link set switch up
    for place in "${!addresses[@]}"; do
        ip netns add "$prefix-$place"
        ip -n "$prefix-$place" link add name cable type veth peer name "$place" netns "$prefix-switch"
        ip -n "$prefix-switch" link set "$place" master switch up
        ip -n "$prefix-$place" addr add "${addresses[$place]}/24" dev cable
        ip -n "$prefix-$place" link set cable up
        ip -n "$prefix-$place" link set lo up
    done
}

# Every process in the namespaces ends with them.
network_down() {
    local place
    for place in "${!addresses[@]}"; do
        kill_all "$place"
    done
    for place in "${!addresses[@]}" switch; do
        ip netns del "$prefix-$place" 2>/dev/null || true
    done
}

# kill_all PLACE: with SIGKILL, as if its power had failed.
kill_all() {
    local pids
    pids=$(ip netns pids "$prefix-$1" 2>/dev/null || true)
    [ -z "$pids" ] || kill -9 $pids 2>/dev/null || true
}

# cut A B, mend A B: what A sends to B and B to A is lost, both ways.
cut() {
    within "$1" ip route add blackhole "${addresses[$2]}/32"
    within "$2" ip route add blackhole "${addresses[$1]}/32"
}
mend() {
    within "$1" ip route del blackhole "${addresses[$2]}/32"
    within "$2" ip route del blackhole "${addresses[$1]}/32"
}

etcd_up() { # PLACE
    local place=$1 members='' other
    for other in db1 db2 db3; do
        members+=${members:+,}$other=http://${addresses[$other]}:2380
    done
    as_postgres "$place" /usr/bin/etcd --name "$place" --data-dir "$folder/$place/etcd" --enable-v2 \
        --listen-peer-urls "http://${addresses[$place]}:2380" \
        --listen-client-urls "http://${addresses[$place]}:2379" \
        --advertise-client-urls "http://${addresses[$place]}:2379" \
        --initial-advertise-peer-urls "http://${addresses[$place]}:2380" \
        --initial-cluster "$members" --heartbeat-interval 200 --election-timeout 2000 \
        >>"$folder/$place/etcd.log" 2>&1 &
}

patroni_up() { # PLACE
    patroni_command "$folder/$1" "${addresses[$1]}"
    as_postgres "$1" "${patroni_command[@]}" >>"$folder/$1/patroni.log" 2>&1 &
}

# Each login has the same password, which libpq finds in a file.
databases_up() {
    local place secret
    mkdir "$folder/secrets"
    for secret in database_owner dispatcher replication; do
        echo secret >"$folder/secrets/$secret"
    done
    export PGPASSFILE=$folder/passwords
    (umask 077 && echo '*:*:*:*:secret' >"$PGPASSFILE")
    for place in db1 db2 db3; do
        install -d -o postgres -g postgres -m 700 "$folder/$place"
        patroni_files "$folder/$place" "$folder/secrets" 10.77.0.11:2379,10.77.0.12:2379,10.77.0.13:2379
        etcd_up "$place"
    done
    for place in db1 db2 db3; do
        patroni_up "$place"
    done
}

# primary: the place whose database takes writes; empty when none does.
primary() {
    local place
    for place in db1 db2 db3; do
        if within "$place" curl -s -m 1 -o /dev/null -f "http://${addresses[$place]}:8008/primary" \
            2>/dev/null; then
            echo "$place"
            return
        fi
    done
}

primary_is_there() { [ -n "$(primary)" ]; }

# sql TEXT: on the primary, unaligned.
sql() {
    within town psql -XqAt -v ON_ERROR_STOP=1 "$database_url" -c "$1"
}

# Three members, one of them in charge, one in step with it.
databases_are_whole() {
    [ "$(within town curl -s -m 1 "http://${addresses[${1:-db1}]}:8008/cluster" |
        jq '[.members[] | select((.role == "leader" or .role == "sync_standby" or .role == "replica")
            and (.state == "running" or .state == "streaming"))] | length')" = 3 ] &&
        [ "$(sql "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")" = 1 ]
}
