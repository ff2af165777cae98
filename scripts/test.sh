#!/usr/bin/env bash
# Formatting check, build with warnings as errors, all tests; the last line is the count.
# Usage: scripts/test.sh [--quick]    --quick leaves out the tests that are marked as slow.
set -euo pipefail
cd "$(dirname "$0")/.."

filter=()
if [[ ${1:-} == --quick ]]; then filter=(-trait- Speed=slow); fi

scripts/setup.sh --tests
dotnet restore FerCli.sln
# Style is checked by the build.
dotnet format whitespace FerCli.sln --no-restore --verify-no-changes
dotnet build FerCli.sln --no-restore -c Release
scripts/check-libraries.sh

logs=$(mktemp -d)
# Each job is a process group: the shell that leads it and the tests. Without jobs kill fails, which must not become the exit code.
trap 'for job in $(jobs -p); do kill -- "-$job" || true; done 2> /dev/null; rm -rf "$logs"' EXIT
# Together, because the tests of the tools mostly wait for one process after another. With job control, because a
# shell's other background processes ignore Ctrl+C, which the tests send.
set -m
for project in tests/*/; do
  name=$(basename "$project")
  { code=0; "${project}bin/Release/net10.0/$name" -noColor "${filter[@]}" > "$logs/$name" 2>&1 || code=$?; echo "$code" > "$logs/$name.code"; } &
done
set +m
wait

passed=0 failed=0 skipped=0
for project in tests/*/; do
  name=$(basename "$project")
  log=$logs/$name code=$(< "$logs/$name.code")
  cat "$log"
  # "   Fer.Core.Tests  Total: 62, Errors: 0, Failed: 0, Skipped: 0, ..."
  if ! read -r total errors wrong left < <(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" | tail -n 1); then
    total=1 errors=0 wrong=1 left=0
    echo "$name ended without a summary (exit code $code)" >&2
  elif [[ $code -ne 0 && $((errors + wrong)) -eq 0 ]]; then
    wrong=1
    echo "$name exited with $code" >&2
  fi
  passed=$((passed + total - wrong - left)) failed=$((failed + wrong + errors)) skipped=$((skipped + left))
done

echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 && $passed -gt 0 ]]
