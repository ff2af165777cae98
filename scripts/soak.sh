#!/usr/bin/env bash
# The long form of the fault, fuzz and memory tests, after a release build: hours on two cores.
# Smaller: FER_FUZZ_COUNT=1000 FER_FAULT_COUNT=2 FER_SOAK_FRAMES=2000 FER_SOAK_IMAGES=500 FER_SOAK_STEPS=200 scripts/soak.sh
set -euo pipefail
cd "$(dirname "$0")/.."

export FER_FUZZ_COUNT=${FER_FUZZ_COUNT:-100000}     # damaged files for each reader; ten times as many checkpoints
export FER_FAULT_COUNT=${FER_FAULT_COUNT:-100}      # signals, kills and failures of each kind
frames=${FER_SOAK_FRAMES:-100000}
images=${FER_SOAK_IMAGES:-20000}
steps=${FER_SOAK_STEPS:-5000}

train=src/Fer.Train/bin/Release/net10.0/fer-train
detect=src/Fer.Detect/bin/Release/net10.0/fer-detect
work=$(mktemp -d)
# What runs in the background ignores Ctrl+C.
trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$work"' EXIT
failed=0

step() { printf '\n== %s (%s)\n' "$1" "$(date +%T)"; }
check() { if "$@"; then echo ok; else echo "FAILED: $*"; failed=1; fi; }

# Runs a command and prints its resident memory in MB a fifth of the way and at the end; fails if it grew by more than a bound.
flat() {
  local bound=$1 pid early=0 now=0 peak=0 samples=0
  shift
  "$@" > "$work/log" 2>&1 &
  pid=$!
  local values=()
  while kill -0 "$pid" 2> /dev/null; do
    now=$(awk '/^VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status" 2> /dev/null || true)
    [[ -n ${now:-} ]] && values+=("$now") && samples=$((samples + 1)) && ((now > peak)) && peak=$now
    sleep 0.5
  done
  wait "$pid" || { tail -n 5 "$work/log"; return 1; }
  early=${values[$((samples / 5))]:-0}
  now=${values[$((samples - 1))]:-0}
  echo "memory: $early MB after a fifth, $now MB at the end, peak $peak MB (bound: +$bound MB)"
  ((now <= early + bound))
}

step "supply: known vulnerabilities and deprecated packages"
if ! dotnet list FerCli.sln package --vulnerable --include-transitive > "$work/vulnerable" 2>&1 || ! dotnet list FerCli.sln package --deprecated > "$work/deprecated" 2>&1; then
  echo "SKIPPED: the package registry cannot be reached"
elif grep -hE '^ +> ' "$work/vulnerable" "$work/deprecated"; then
  echo "FAILED: see above"
  failed=1
else
  echo ok
fi

step "fuzzing, $FER_FUZZ_COUNT files for each reader"
check tests/Fer.Core.Tests/bin/Release/net10.0/Fer.Core.Tests -noColor -diagnostics -namespace Fer.Core.Tests.Fuzzing

step "kills, signals and failures, $FER_FAULT_COUNT of each"
check tests/Fer.Cli.Tests/bin/Release/net10.0/Fer.Cli.Tests -noColor -diagnostics -namespace Fer.Cli.Tests.Faults
check tests/Fer.Core.Tests/bin/Release/net10.0/Fer.Core.Tests -noColor -class Fer.Core.Tests.Training.CrashConsistencyTests

step "sample data"
"$train" sample --out "$work/faces" --per-class $(((images + 6) / 7)) --video "$work/faces.mp4" 2>&1 | tail -n 2

step "$frames frames of detection"
check "$detect" benchmark --seconds 1 --input "$work/faces.mp4" --soak "$frames"

step "$images images"
check flat 100 "$detect" --input "$work/faces/train" --headless --json "$work/faces.jsonl"
wc -l "$work/faces.jsonl"

step "$steps training steps"
per_epoch=$(((images * 9 / 10 + 63) / 64))
epochs=$(((steps + per_epoch - 1) / per_epoch))
check flat 300 "$train" --data "$work/faces" --out "$work/run" --epochs "$epochs" --batch-size 64
tail -n 1 "$work/run/history.csv"

step "done"
((failed == 0)) && echo "soak passed" || echo "soak FAILED"
exit "$failed"
