#!/usr/bin/env bash
# Downloads the face detector YuNet (MIT license, 0.2 MB) before anything is built, as fer-detect get-detector does later.
# A file that is there and intact stays. Usage: scripts/get-detector.sh FILE
set -euo pipefail
file=${1:?Usage: scripts/get-detector.sh FILE}
url=https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/face_detection_yunet/face_detection_yunet_2023mar.onnx
sha256=8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4

matches() { sha256sum --check --status <<< "$sha256  $1" 2> /dev/null; }

if [[ -e $file ]] && matches "$file"; then exit 0; fi
mkdir -p "$(dirname "$file")"
new=$(mktemp "$file.XXXXXX")
trap 'rm -f "$new"' EXIT
if command -v curl >/dev/null; then
  curl -fsSL --connect-timeout 10 --max-time 60 -o "$new" "$url"
elif command -v wget >/dev/null; then
  wget -q --timeout=10 --tries=1 -O "$new" "$url"
else
  echo "neither curl nor wget is installed" >&2
  exit 1
fi
matches "$new" || { echo "$url has another SHA-256 than $sha256" >&2; exit 1; }
chmod 644 "$new"
mv "$new" "$file"
