#!/bin/sh
# A throwaway PostgreSQL server for the tests marked `postgres`. It has no port: only the owner of its folder can connect.
#
#   export FORMCHECK_TEST_POSTGRES_URL=$(tests/postgres.sh start /tmp/pg)   # an empty or new folder
#   pytest -m postgres
#   tests/postgres.sh stop /tmp/pg
set -eu

action=${1:?start or stop}
folder=${2:?a folder for the server}
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed: apt-get install postgresql" >&2; exit 1; }

# PostgreSQL refuses to run as root.
as_server() {
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

case $action in
start)
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    [ "$(id -u)" != 0 ] || chown postgres "$folder"
    chmod 700 "$folder"
    as_server "$bin/initdb" --pgdata "$folder/data" --username formcheck --auth trust --encoding UTF8 >"$folder.log" 2>&1
    as_server "$bin/pg_ctl" start --wait --pgdata "$folder/data" --log "$folder/server.log" --options \
        "-c listen_addresses= -c unix_socket_directories=$folder -c fsync=off" >>"$folder.log" 2>&1
    echo "postgresql+psycopg://formcheck@/postgres?host=$folder"
    ;;
stop)
    as_server "$bin/pg_ctl" stop --mode immediate --pgdata "$folder/data" >>"$folder.log" 2>&1
    rm -rf "$folder" "$folder.log"
    ;;
*)
    echo "start or stop, not $action" >&2
    exit 2
    ;;
esac
