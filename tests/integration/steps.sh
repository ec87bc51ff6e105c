# shellcheck shell=bash
# Saying, running and checking for a flow of commands. Source it after setting show=yes|no, inside the work folder.
#   step TITLE; run COMMAND…; must_be_refused COMMAND…; expect REGEX (in the last command's output)

step_count=0
status=0
excerpt=
: "${show:=no}"

step() {
  step_count=$((step_count + 1))
  [[ $show == no ]] || echo
  printf '%2d. %s\n' "$step_count" "$*"
}

# explain TEXT: said only to someone who watches.
explain() {
  [[ $show == no ]] || printf '%s\n' "$*" | sed 's/^/    /'
}

die() {
  printf '\nFAILED: %s\n' "$*" >&2
  if [[ -f last.out ]]; then
    echo "the last command's output:" >&2
    sed 's/^/    /' last.out >&2
  fi
  exit 1
}

# attempt COMMAND…: keeps its output in last.out and its exit status in $status. 128 and above is a crash, whatever the
# command printed before: a module that breaks its host at exit must not pass.
attempt() {
  [[ $show == no ]] || printf '  $ %s\n' "${*@Q}" | sed "s/'\([A-Za-z0-9_.:=,/+@-]*\)'/\1/g"
  status=0
  "$@" >last.out 2>&1 </dev/null || status=$?
  [[ $show == no ]] || show_output
  [[ $status -lt 128 ]] || die "'$*' ended by signal $((status - 128))"
}

# show_output prints what the last command said; of a long text only the lines that match $excerpt, when that is set.
show_output() {
  if [[ -z $excerpt ]]; then
    sed 's/^/    /' last.out
  else
    grep -E -e "$excerpt" last.out | sed 's/^/    /' || true
    printf '    [the %d lines that matter here, of %d]\n' "$(grep -Ec -e "$excerpt" last.out)" "$(wc -l <last.out)"
  fi
}

run() {
  attempt "$@"
  [[ $status -eq 0 ]] || die "'$*' ended with status $status"
}

must_be_refused() {
  attempt "$@"
  [[ $status -ne 0 ]] || die "'$*' should have been refused and was not"
}

expect() {
  grep -Eq -e "$1" last.out || die "the output does not say: $1"
}
