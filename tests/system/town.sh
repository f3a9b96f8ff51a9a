# What the whole-system tests share; sourced, not run. Makes a folder with a small town, a fleet,
# keys and a configuration, and starts and stops a dispatcher in it.

set -euo pipefail
dispatcher=$BUILD_DIR/dispatcher
sim=$BUILD_DIR/sim
folder=$(mktemp -d /tmp/commonwheel-system-XXXXXX)
pid=

cleanup() {
    [ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
    [ -z "${base:-}" ] || "$server" kill "$base" || true
    rm -rf "$folder"
}
trap cleanup EXIT

ok() { echo "ok $1"; }
not_ok() {
    echo "not ok $1"
    shift
    printf '    %s\n' "$@"
}

# check NAME COMMAND...: ok if the command succeeds.
check() {
    local name=$1
    shift
    if "$@" >"$folder/check.out" 2>&1; then
        ok "$name"
    else
        not_ok "$name" "$(tail -n 5 "$folder/check.out")"
    fi
}

# refused NAME STATUS PATTERN COMMAND...: ok if it ends with STATUS and says PATTERN on stderr.
refused() {
    local name=$1 status=$2 pattern=$3 got=0
    shift 3
    timeout 20 "$@" >"$folder/refused.out" 2>"$folder/refused.err" </dev/null || got=$?
    if [ "$got" -ne "$status" ]; then
        not_ok "$name" "exit status $got, not $status" "$(tail -n 3 "$folder/refused.err")"
    elif ! grep -qE -- "$pattern" "$folder/refused.err"; then
        not_ok "$name" "does not say /$pattern/:" "$(tail -n 3 "$folder/refused.err")"
    else
        ok "$name"
    fi
}

# A town of SIDE x SIDE crossings, 110 m apart, all streets two-way.
make_town() {
    local side=8 row column node
    mkdir -p "$folder/map"
    echo node,lon,lat >"$folder/map/nodes.csv"
    echo from,to,length_m,time_ms >"$folder/map/edges.csv"
    for ((row = 0; row < side; row++)); do
        for ((column = 0; column < side; column++)); do
            node=$((row * side + column))
            printf '%d,-3.%06d,51.%06d\n' "$node" $((1000 + column * 1600)) \
                $((580000 + row * 1000)) >>"$folder/map/nodes.csv"
            if ((column + 1 < side)); then
                echo "$node,$((node + 1)),110,10000"
                echo "$((node + 1)),$node,110,10000"
            fi
            if ((row + 1 < side)); then
                echo "$node,$((node + side)),110,10000"
                echo "$((node + side)),$node,110,10000"
            fi
        done >>"$folder/map/edges.csv"
    done
    "$dispatcher" import "$folder/map" "$folder/town.roads" >"$folder/import.out"
    printf 'vehicle,node,seats,wheelchair_spaces,from_s,until_s\n1,0,4,1,0,86400\n2,63,4,0,0,86400\n' \
        >"$folder/vehicles.csv"
    "$dispatcher" token --new-key --key "$folder/key.pem" --jwks "$folder/keys.json" \
        >"$folder/token.out"
    write_config
}

write_config() {
    cat >"$folder/commonwheel.yaml" <<YAML
listen:
  port: 0
tokens:
  keys: keys.json
journal: journal
roads: town.roads
fleet: vehicles.csv
YAML
}

token() { "$dispatcher" token --key "$folder/key.pem" --role "$1" --subject "$2"; }

# A fleet of CARS and tokens for them and for RIDERS, who all come from one address.
make_fleet() { # CARS RIDERS
    local car
    {
        echo vehicle,node,seats,wheelchair_spaces,from_s,until_s
        for ((car = 1; car <= $1; car++)); do
            echo "$car,$((car % 64)),4,1,0,86400"
        done
    } >"$folder/vehicles.csv"
    echo 'limits: {connections_per_peer: 0, calls_per_peer_s: 0}' >>"$folder/commonwheel.yaml"
    "$dispatcher" token --key "$folder/key.pem" --role vehicle --subject 1 --count "$1" >"$folder/cars"
    "$dispatcher" token --key "$folder/key.pem" --role rider --subject person- --count "$2" >"$folder/riders"
}

# each_once FILE...: every booking that `sim load --acks` wrote there is in what `dispatcher check --rides`
# wrote to journal.out, once.
each_once() {
    [ -s "$folder/journal.out" ] && awk '
        NR == FNR { if ($1 == "ride") { rides[$2] = $5; keys[$5]++ } next }
        !($1 in rides) || rides[$1] != $2 || keys[$2] != 1 { print "acknowledged, and not there once: " $0; bad = 1 }
        { acks++ }
        END { exit bad || !acks }' "$folder/journal.out" "$@"
}

# until_done SECONDS COMMAND...: until it succeeds; 1 when the time is over.
until_done() {
    local tries=$(($1 * 10))
    shift
    while ! "$@" 2>/dev/null; do
        ((tries-- > 0)) || return 1
        sleep 0.1
    done
}
not() { ! "$@"; }

# A PostgreSQL server with the tables made; the dispatchers started from here on use it, as a user who may
# do what a dispatcher must. Where there is none the whole program is skipped.
make_store() {
    local code=0
    server=$PWD/tests/pg_server
    base=$folder/base
    mkdir "$base"
    chmod 711 "$folder" # it may be another user's
    "$server" create "$base" $$ || code=$?
    if [ "$code" = 77 ]; then
        echo "skip $(basename "$0") (PostgreSQL 15 is not installed)"
        exit 0
    fi
    owner=postgresql://commonwheel@/commonwheel?host=$base
    "$dispatcher" db migrate --store "$owner" >"$folder/migrate.out"
    "$server" psql "$base" 'CREATE ROLE dispatcher LOGIN IN ROLE commonwheel_dispatcher'
    store=postgresql://dispatcher@/commonwheel?host=$base
}

# Start a dispatcher, with more ARGUMENTs, and wait until it listens; its port is in $port.
start() {
    rm -f "$folder/port"
    "$dispatcher" serve --config "$folder/commonwheel.yaml" --port-file "$folder/port" \
        ${store:+--store "$store"} ${lease:+--lease-seconds "$lease"} "$@" >>"$folder/log" 2>&1 &
    pid=$!
    for ((i = 0; i < 200; i++)); do
        [ ! -s "$folder/port" ] || break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.05
    done
    port=$(cat "$folder/port")
}

# The same, with the clock at TIME.
start_at() { start --demo --time-start "$1"; }

# call ROLE WHO SERVICE/CALL [BYTES]: the response as hexadecimal digits.
call() {
    printf '%b' "${4:-}" | curl -fsS -X POST -H "Authorization: Bearer $(token "$1" "$2")" \
        -H 'Content-Type: application/proto' --data-binary @- -o "$folder/response" \
        "http://127.0.0.1:$port/commonwheel.v1.$3" || return 1
    od -An -v -tx1 "$folder/response" | tr -d ' \n'
}

# Stop it with SIGNAL; its exit status is in $status.
stop() {
    status=0
    kill "-$1" "$pid"
    wait "$pid" 2>/dev/null || status=$?
    pid=
}
