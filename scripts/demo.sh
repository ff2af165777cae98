#!/usr/bin/env bash
# From nothing to a trained network and an annotated video, with the built-in sample faces. Usage: scripts/demo.sh [DIR]
set -euo pipefail
[[ ${1:-} != -* ]] || { echo "Usage: scripts/demo.sh [DIR]    (DIR: new or empty; artifacts/demo)" >&2; exit 1; }
given=${1:+$(realpath -m -- "$1")}
cd "$(dirname "$0")/.."
if [[ -n $given ]]; then
  demo=$given
  if [[ -e $demo && -n $(ls -A "$demo") ]]; then echo "error: $demo is not empty; name a new folder" >&2; exit 2; fi
else
  demo=artifacts/demo
  rm -rf "$demo"
fi

scripts/setup.sh
for tool in Train Detect; do dotnet build "src/Fer.$tool" -c Release --nologo -v quiet; done
scripts/check-libraries.sh
# Without a network the Haar cascade finds the faces.
src/Fer.Detect/bin/Release/net10.0/fer-detect get-detector || true
train=src/Fer.Train/bin/Release/net10.0/fer-train
detect=src/Fer.Detect/bin/Release/net10.0/fer-detect

mkdir -p "$demo"
echo; echo "== Sample faces and a video of them"
"$train" sample --out "$demo/faces" --per-class 80 --seed 3 --video "$demo/faces.mp4"
echo; echo "== Training for a few epochs"
"$train" --data "$demo/faces" --epochs 6 --batch-size 32 --out "$demo/run"
echo; echo "== Evaluating on the test set"
"$train" evaluate --data "$demo/faces" --split test --model "$demo/run/fer.pt"
echo; echo "== Detecting emotions in the video"
command=("$detect" --input "$demo/faces.mp4" --model "$demo/run/fer.pt" --json "$demo/faces.jsonl" --output "$demo/faces-annotated.mp4" --force)
# DISPLAY may be set but unreachable, for example over ssh.
if [[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]] || ! "${command[@]}"; then "${command[@]}" --headless; fi

cat <<TEXT

Look at:
  $demo/run/                    loss.png, accuracy.png, confusion.png, samples.png, predictions.png
  $demo/faces-annotated.mp4     the video with boxes and emotions
  $demo/faces.jsonl             the same as JSON Lines, one line per frame

Your own images and webcam:
  $train --data ./images --epochs 100
  $detect --camera 0
TEXT
