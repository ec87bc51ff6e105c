# shellcheck shell=bash
# A holdfastd of one's own for a script. Source it, then: built NAME, start_service FOLDER [OPTION…], stop_service.
# Needs build=<folder>. The caller's EXIT trap must call stop_service.

service_pid=

# built NAME: where the build put a program or the module.
built() {
  local found
  found=$(find "$PWD/${build:?}" -name "$1" -type f -print -quit)
  [[ -n $found ]] || { echo "the build in $build has no $1" >&2; exit 1; }
  echo "$found"
}

# start_service FOLDER [OPTION…]: socket, store and log in FOLDER, the options are holdfastd's own; returns when it serves,
# and sets HOLDFAST_SOCKET.
start_service() {
  local folder=$1 daemon
  shift
  daemon=$(built holdfastd)
  export HOLDFAST_SOCKET=$folder/socket
  mkfifo "$folder/ready"
  "$daemon" --socket "$HOLDFAST_SOCKET" --state "$folder/state" --ready-fd 3 "$@" 3>"$folder/ready" >"$folder/log" 2>&1 &
  service_pid=$!
  # One byte comes when it serves; end of file when it ends before that.
  if ! IFS= read -r -n 1 -d '' -t 60 _ <"$folder/ready"; then
    stop_service  # so that its log is complete
    cat "$folder/log" >&2
    echo "holdfastd did not start" >&2
    exit 1
  fi
}

stop_service() {
  [[ -n $service_pid ]] || return 0
  kill "$service_pid" 2>/dev/null || true
  wait "$service_pid" 2>/dev/null || true
  service_pid=
}
