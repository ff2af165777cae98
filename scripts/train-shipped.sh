#!/usr/bin/env bash
# Trains the bundled model, an ensemble of two networks. The first: a training run on FER2013's labels, then one with its own
# predictions and FER+ votes as soft targets. The second, independent of it: 32 pixels, then 48, on labels and votes, with
# blur and noise; then as a student of the ensemble of both.
# scripts/train-shipped.sh FER2013 VOTES [OUT]: folder with train/ and PublicTest in validation/ (as fer-train convert
# writes it) or else in test/; fer2013new.csv; run folders.
# Run it again after an interruption, and it resumes.
set -euo pipefail
data=${1:?folder with train/ and validation/ or test/} votes=${2:?FER+ votes, fer2013new.csv} out=${3:-runs/shipped}

validation=test
if [[ -d $data/validation ]]; then validation=validation; fi

train() {
  local run=$1
  shift
  if [[ -f $run/last.pt ]]; then
    fer-train --resume "$run"
  else
    fer-train --data "$data" --validation "$validation" --out "$run" "$@"
  fi
}

train "$out/first" --width 48 --epochs 60 --pool avg+max
train "$out/second" --epochs 80 --init "$out/first/fer.pt" --teacher "$out/first/fer.pt" --ferplus-votes "$votes" \
  --distill-weight 0.6 --label-smoothing 0 --mixup 0.2 --lr 2e-3 --warmup 0.1

apart=(--ferplus-votes "$votes" --distill-weight 0.5 --label-smoothing 0 --mixup 0.2 --batch-size 64 --augment webcam)
train "$out/small" --width 48 --epochs 30 --size 32 --se-ratio 8 --seed 101 "${apart[@]}"
train "$out/third" --epochs 125 --init "$out/small/fer.pt" --warmup 0.1 --seed 102 "${apart[@]}"
fer-train combine --model "$out/second/fer.pt" --model "$out/third/fer.pt" --data "$data" --split "$validation" --out "$out/teachers.pt" --force
train "$out/student" --epochs 75 --init "$out/third/fer.pt" --teacher "$out/teachers.pt" --lr 2e-3 --warmup 0.1 --seed 121 "${apart[@]}"
fer-train combine --model "$out/second/fer.pt" --weight 0.4 --model "$out/student/fer.pt" --weight 0.6 \
  --data "$data" --split "$validation" --out "$out/fer.pt" --force
fer-train evaluate --data "$data" --split "$validation" --model "$out/fer.pt" --tta
