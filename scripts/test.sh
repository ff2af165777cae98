#!/usr/bin/env bash
# Formatting check, build with warnings as errors, all tests; the last line is the count.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh --tests
dotnet restore FerCli.sln
dotnet format whitespace FerCli.sln --no-restore --verify-no-changes # Style is checked by the build.
dotnet build FerCli.sln --no-restore -c Release
scripts/check-libraries.sh

passed=0 failed=0 skipped=0
for project in tests/*/; do
  name=$(basename "$project")
  log=$(mktemp)
  code=0
  "${project}bin/Release/net10.0/$name" -noColor 2>&1 | tee "$log" || code=${PIPESTATUS[0]}
  # "   Fer.Core.Tests  Total: 62, Errors: 0, Failed: 0, Skipped: 0, ..."
  if ! read -r total errors wrong left < <(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" | tail -n 1); then
    total=1 errors=0 wrong=1 left=0
    echo "$name ended without a summary (exit code $code)" >&2
  elif [[ $code -ne 0 && $((errors + wrong)) -eq 0 ]]; then
    wrong=1
    echo "$name exited with $code" >&2
  fi
  rm -f "$log"
  passed=$((passed + total - wrong - left)) failed=$((failed + wrong + errors)) skipped=$((skipped + left))
done

echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 && $passed -gt 0 ]]
