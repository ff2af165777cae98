#!/usr/bin/env bash
# Tables and a chart of recall: face detectors on composed scenes, with the faces of FER2013 where
# FER2013_DIR names it, else with sample faces. Usage: scripts/benchmark-detection.sh [OPTION...] (of fer-detect benchmark-detection)
set -euo pipefail
if [[ " $* " == *" --help "* || " $* " == *" -h "* ]]; then
  sed -n '2,/^set/s/^# //p' "$0"
  exit
fi

# Files among the options are those of the current folder.
root=$(realpath "$(dirname "$0")/..")
dotnet build "$root/src/Fer.Detect" -c Release --nologo -v quiet
data=()
if [[ -n "${FER2013_DIR:-}" ]]; then data=(--data "$FER2013_DIR"); fi
mkdir -p "$root/artifacts"
exec "$root"/src/Fer.Detect/bin/Release/net10.0/fer-detect benchmark-detection "${data[@]}" --chart "$root/artifacts/recall.png" --force "$@"
