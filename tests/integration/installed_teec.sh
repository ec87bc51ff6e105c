#!/bin/bash
# Installs libteec.so.2 below a folder, builds a program against what is there, and runs it in front of a real service.
#   HOLDFAST_SOCKET=<socket> installed_teec.sh <cmake> <build folder> <C compiler>
set -euo pipefail

readonly cmake=$1 build=$2 cc=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/integration/steps.sh
. "$here/steps.sh"
cd "$work"
readonly prefix=$work/prefix

step "Install the library, its headers and its pkg-config file"
run "$cmake" --install "$build" --component teec --prefix "$prefix"
library=$(find "$prefix" -name libteec.so.2)
readonly library
[[ -n $library && $(basename "$(dirname "$library")") == holdfast ]] || die "not in a folder of its own: $library"
[[ -z $(find "$prefix" -type f -not -path '*/holdfast/*') ]] || die "files outside Holdfast's own folders"

flags=(-std=c11 -Wall -Wextra -Werror -I"$prefix/include/holdfast")
libraries=(-L"$(dirname "$library")" -lteec)

step "Build a C program against it, and run it with LD_LIBRARY_PATH"
run "$cc" "${flags[@]}" "$here/tee_program.c" "${libraries[@]}" -o program
run env LD_LIBRARY_PATH="$(dirname "$library")" ./program 0
expect "^version [0-9]+\.[0-9]+\.[0-9]+$"

step "Build it with the folder written into the program"
run "$cc" "${flags[@]}" "$here/tee_program.c" "${libraries[@]}" -Wl,-rpath,"$(dirname "$library")" -o program
run ./program 0

step "Log in by user, group, and application"
run ./program 1
run ./program 2 "$(id -g)"
must_be_refused ./program 2 4294967280
expect "ffff0001"
attempt ./program 4
if grep -q ffff000a last.out; then
  echo "no application logins: this kernel has no SO_PEERPIDFD (Linux 6.5)"
else
  run ./program 4
  run ./program 5
  run ./program 6 "$(id -g)"
  cp program removed
  must_be_refused ./removed 4 --remove-first
  expect "ffff0001"
fi
must_be_refused ./program 3
expect "ffff0006"
echo "all steps passed"
