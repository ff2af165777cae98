#!/usr/bin/env bash
# Accuracy under blur, noise, low light, and with small, shifted and rolled faces, on FER2013 where FER2013_DIR names it, else
# on sample faces. Usage: scripts/benchmark-robustness.sh [OPTION...] (of fer-train benchmark-robustness)
set -euo pipefail
if [[ " $* " == *" --help "* || " $* " == *" -h "* ]]; then
  sed -n '2,/^set/s/^# //p' "$0"
  exit
fi

# Files among the options are those of the current folder.
root=$(realpath "$(dirname "$0")/..")
dotnet build "$root/src/Fer.Train" -c Release --nologo -v quiet
tool=$root/src/Fer.Train/bin/Release/net10.0/fer-train
data=${FER2013_DIR:-$root/artifacts/sample-faces}
if [[ -z "${FER2013_DIR:-}" && ! -d $data ]]; then "$tool" sample --out "$data" > /dev/null; fi
exec "$tool" benchmark-robustness --data "$data" "$@"
