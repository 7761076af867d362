#!/usr/bin/env bash
# A short walk through a kt that was built for another machine: records in and out, pictures sent, and one of them served.
# Each step says how many seconds after the start it was done, and what it saw.
# usage: try.sh HOST:PORT COMMAND…      of a Kafka, and what runs kt:
#   scripts/emulate scripts/lib/release/try.sh localhost:9092 dist/linux-arm64/kt
#   scripts/lib/release/try.sh localhost:9092 qemu-x86_64-static -cpu Nehalem dist/linux-x64/kt
set -euo pipefail
export KT_BROKERS=$1
kt=("${@:2}")
work=$(mktemp -d)
export XDG_CACHE_HOME=$work/cache
records=try-$$ video=try-$$-video server=''

# shellcheck disable=SC2317 # the trap calls it
finish() {
  [[ ! $server ]] || kill "$server" 2>/dev/null || true
  "${kt[@]}" topic delete "$records" --yes >/dev/null 2>&1 || true
  "${kt[@]}" topic delete "$video" --yes >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

step() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
# run WHAT ARGUMENT…: kt with these arguments; what it says is shown where it fails.
run() {
  "${kt[@]}" "$@" >"$work/out" 2>"$work/err" </dev/null || { step "FAILED with exit code $?: kt $*" && cat "$work/err" && exit 1; }
}

run --version
step "$(<"$work/out")"
run topic create "$records"
seq 1000 >"$work/lines"
run produce "$records" --lines "$work/lines"
run consume "$records" --exit
cmp "$work/lines" "$work/out"
step "1000 records produced and consumed, the same"
picture=(--size 160x120 --fps 5 --duration 2 --fast --topic "$video")
run emit-video testsrc "${picture[@]}" --name jpeg
step "emitted: $(tail -n 1 "$work/err")"
run emit-video testsrc "${picture[@]}" --name h264 --codec h264
step "emitted: $(tail -n 1 "$work/err")"
run consume "$video" --key h264 --record "$work/out.mp4" --exit
step "recorded: $(tail -n 1 "$work/err")"

"${kt[@]}" serve --port 0 >"$work/served" 2>&1 &
server=$!
for _ in {1..300}; do
  url=$(grep -o 'http://127.0.0.1:[0-9]*' "$work/served" | head -n 1) && break
  kill -0 "$server" 2>/dev/null || { cat "$work/served" && exit 1; }
  sleep 0.2
done
step "serves ${url:?"kt serve did not say where: $(<"$work/served")"}"
curl --silent --show-error --fail --max-time 120 --output "$work/frame.jpg" "$url/topics/$video/frame?key=jpeg"
[[ $(head -c 3 "$work/frame.jpg" | base64) == /9j/ ]] || { step "FAILED: what was served is no JPEG" && exit 1; }
step "served a picture: JPEG, $(stat -c %s "$work/frame.jpg") bytes"
