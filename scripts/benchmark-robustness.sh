#!/usr/bin/env bash
# Accuracy under blur, noise, low light, and with small, shifted and rolled faces, on FER2013 where FER2013_DIR names it, else
# on sample faces. Usage: scripts/benchmark-robustness.sh [OPTION...] (of fer-train benchmark-robustness)
set -euo pipefail
if [[ " $* " == *" --help "* || " $* " == *" -h "* ]]; then
  sed -n '2,/^set/s/^# //p' "$0"
  exit
fi

cd "$(dirname "$0")/.."
dotnet build src/Fer.Train -c Release --nologo -v quiet
tool=src/Fer.Train/bin/Release/net10.0/fer-train
data=${FER2013_DIR:-artifacts/sample-faces}
if [[ -z "${FER2013_DIR:-}" && ! -d $data ]]; then "$tool" sample --out "$data" > /dev/null; fi
exec "$tool" benchmark-robustness --data "$data" "$@"
