#!/usr/bin/env bash
# Asks the loader what the built native libraries miss on this system, so that a new version of a package that needs
# more is noticed. Usage: scripts/check-libraries.sh [--table] [FOLDER ...]
# FOLDER: build or publish output; without it, what is built here. --table asks only whether the table is complete.
# Exit code 2 where something is missing, or is needed and not in the table.
set -euo pipefail
cd "$(dirname "$0")/.."
table=src/Fer.Core/Native/system-libraries.txt

table_only=false
if [[ ${1:-} == --table ]]; then table_only=true; shift; fi
folders=("$@")
if [[ $# -eq 0 ]]; then
  for folder in src/Fer.Train/bin/Release/net10.0 src/Fer.Detect/bin/Release/net10.0; do
    [[ -d $folder ]] && folders+=("$folder")
  done
fi
[[ ${#folders[@]} -gt 0 ]] || exit 0
command -v ldd >/dev/null || { echo "There is no ldd: the native libraries are not checked." >&2; exit 0; }

failed=0
for folder in "${folders[@]}"; do
  libraries=$(find "$folder" -maxdepth 1 -name '*.so*' | sort)
  if $table_only; then continue; fi
  [[ -n $libraries ]] || { echo "error: $folder holds no native library" >&2; exit 2; }
  while read -r library; do
    # "libdrm.so.2 => not found"; "libc.so.6: version `GLIBC_2.38' not found (required by ...)". Weak versions may be absent.
    while read -r line; do
      missing=${line%% *}
      package=$(awk -v name="$missing" '$1 == name { print $2 }' "$table")
      case $line in
        *'=> not found') echo "error: ${library##*/} needs $missing: ${package:+install $package}${package:-package unknown, look it up and add it to $table}" >&2 ;;
        *) echo "error: ${library##*/}: $line" >&2 ;;
      esac
      failed=2
    done < <(LD_LIBRARY_PATH=$folder ldd "$library" 2>&1 | grep 'not found' | grep -v 'weak version' | sed 's/^[[:space:]]*//' | sort -u)
  done <<< "$libraries"
done

# On a machine that has the library already, only the table's gap would show what a bare machine lacks.
if command -v readelf >/dev/null; then
  own=$(find "${folders[@]}" -maxdepth 1 -name '*.so*' -printf '%f\n' | sort -u)
  needed=$(find "${folders[@]}" -maxdepth 1 -name '*.so*' -exec readelf -d {} + 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u)
  # glibc itself is everywhere.
  glibc='^(libc|libm|libdl|librt|libpthread|ld-linux.*|libutil|libresolv)\.so'
  unknown=$(comm -23 <(echo "$needed") <(echo "$own") | grep -vE "$glibc" | grep -vxF -f <(awk '/^lib/ { print $1 }' "$table") || true)
  for name in $unknown; do
    echo "error: $name is needed and not in $table: add it with its package" >&2
    failed=2
  done
fi
exit $failed
