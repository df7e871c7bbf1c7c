#!/bin/sh
# A real Elasticsearch of one node for the search tests; everything of it stays under var/elasticsearch/.
#
#   export ELASTICSEARCH_URL="$(scripts/elasticsearch_for_tests.sh start)"
#   ... tests ...
#   scripts/elasticsearch_for_tests.sh stop
#
# Needs Java 17 or newer, Maven (it fetches the minimal server from Maven Central, 97 MB, once) and unzip. Loopback
# only, a free port, 512 MB of heap, no security, no machine learning: for tests and nothing else.
set -eu

VERSION=8.19.0
SHA256=14833b2d86c30656901f92049f81fb5777a8e4545413c8656cd1a21b55173033
HOME_DIR="$(cd "$(dirname "$0")/.." && pwd)/var/elasticsearch"
ARCHIVE="$HOME_DIR/elasticsearch-$VERSION.zip"
SERVER="$HOME_DIR/elasticsearch-$VERSION"
PID_FILE="$HOME_DIR/pid"
PORTS_FILE="$SERVER/logs/http.ports"

refuse() {
    echo "elasticsearch_for_tests: $1" >&2
    exit 1
}

running() {
    [ -s "$PID_FILE" ] && kill -0 "$(cat "$PID_FILE")" 2>/dev/null
}

fetch() {
    [ -d "$SERVER" ] && return
    for program in java mvn unzip curl; do
        command -v "$program" >/dev/null || refuse "$program is missing; install it and try again."
    done
    mkdir -p "$HOME_DIR"
    if [ ! -f "$ARCHIVE" ]; then
        mvn -q -B dependency:copy -DoutputDirectory="$HOME_DIR" \
            -Dartifact="org.elasticsearch.distribution.integ-test-zip:elasticsearch:$VERSION:zip" >&2 ||
            refuse "Maven could not fetch Elasticsearch $VERSION; read its words above."
    fi
    echo "$SHA256  $ARCHIVE" | sha256sum -c --quiet >&2 || refuse "$ARCHIVE is not the expected file; remove it and try again."
    rm -rf "$HOME_DIR/unpacking"
    unzip -q "$ARCHIVE" -d "$HOME_DIR/unpacking"
    mv "$HOME_DIR/unpacking/elasticsearch-$VERSION" "$SERVER"
    rmdir "$HOME_DIR/unpacking"
}

# Elasticsearch refuses to run as root; then it runs as nobody.
as_a_user() {
    if [ "$(id -u)" -eq 0 ]; then
        chown -R nobody "$SERVER" "$HOME_DIR/data"
        exec setpriv --reuid="$(id -u nobody)" --regid="$(id -g nobody)" --clear-groups "$@"
    fi
    exec "$@"
}

start() {
    if running; then
        url
        return
    fi
    fetch
    rm -rf "$HOME_DIR/data" "$PORTS_FILE"
    mkdir -p "$HOME_DIR/data"
    JAVA_HOME="${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}"
    export JAVA_HOME ES_JAVA_HOME="$JAVA_HOME" ES_JAVA_OPTS="-Xms512m -Xmx512m"
    (as_a_user "$SERVER/bin/elasticsearch" \
        -E discovery.type=single-node -E network.host=127.0.0.1 -E http.port=0 -E transport.port=0 \
        -E node.portsfile=true -E path.data="$HOME_DIR/data" -E xpack.security.enabled=false \
        -E cluster.routing.allocation.disk.threshold_enabled=false \
        >"$HOME_DIR/server.log" 2>&1 </dev/null) &
    echo $! >"$PID_FILE"
    waited=0
    until url >/dev/null 2>&1; do
        running || refuse "the server ended while starting; read $HOME_DIR/server.log"
        [ "$waited" -lt 120 ] || { stop; refuse "the server did not answer within 120 s; read $HOME_DIR/server.log"; }
        sleep 1
        waited=$((waited + 1))
    done
    url
}

# Prints the address once the server answers there.
url() {
    [ -s "$PORTS_FILE" ] || return 1
    found="http://$(head -n 1 "$PORTS_FILE")"
    curl -fsS -m 5 "$found/_cluster/health?wait_for_status=yellow&timeout=3s" >/dev/null && echo "$found"
}

stop() {
    running || { rm -f "$PID_FILE"; return; }
    pid="$(cat "$PID_FILE")"
    kill "$pid"
    waited=0
    while kill -0 "$pid" 2>/dev/null; do
        [ "$waited" -lt 30 ] || { kill -9 "$pid"; break; }
        sleep 1
        waited=$((waited + 1))
    done
    rm -f "$PID_FILE"
}

case "${1:-}" in
    start) start ;;
    stop) stop ;;
    *) refuse "say start or stop." ;;
esac
