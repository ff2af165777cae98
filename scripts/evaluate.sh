#!/usr/bin/env bash
# Evaluates a model in CI and keeps what people look at afterwards. Usage: scripts/evaluate.sh OUT [options of fer-train evaluate]
# OUT gets report.html, charts, report.json with predictions.csv (a baseline for later runs), junit.xml and summary.md;
# in a GitHub workflow, the summary is added to the job's page. FER_TRAIN names another program than the fer-train on PATH.
# Exit codes are those of fer-train: 3 where a gate is missed, 2 where something failed.
set -euo pipefail

if [[ $# -lt 1 || -z $1 || $1 == -* ]]; then
  echo "Usage: scripts/evaluate.sh OUT [options of fer-train evaluate]" >&2
  exit 1
fi

out=$1
shift
train=${FER_TRAIN:-fer-train}
if ! command -v "$train" > /dev/null; then
  echo "error: $train is not installed: run scripts/install.sh, and have its folder on PATH" >&2
  exit 2
fi

# After a failure, no earlier result may pass for this one's. An earlier report.json may be the baseline.
rm -f "$out/junit.xml" "$out/summary.md" "$out/report.html"
status=0
"$train" evaluate --report "$out" --junit "$out/junit.xml" --summary "$out/summary.md" --force "$@" || status=$?
# After a failure, there is no summary.
if [[ -n ${GITHUB_STEP_SUMMARY:-} && ($status -eq 0 || $status -eq 3) ]]; then
  cat "$out/summary.md" >> "$GITHUB_STEP_SUMMARY"
fi

exit "$status"
