#!/usr/bin/env bash
# Trains the bundled model. First its teachers, an ensemble of two networks of width 48: one trained on FER2013's labels, then
# again with its own predictions and FER+ votes as soft targets; the other, independent of it, at 32 pixels, then 48, on labels
# and votes, with blur and noise, then as a student of the ensemble of both. Then one network of width 32: the second teacher,
# pruned, as a student of both.
# scripts/train-shipped.sh FER2013 VOTES [OUT]: folder with train/ and PublicTest in validation/ (as fer-train convert
# writes it) or else in test/; fer2013new.csv; run folders. With an ensemble in OUT/teachers.pt (the bundled model of release
# 0.1, for example) only the last network is trained.
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

combine() {
  fer-train combine --data "$data" --split "$validation" --force "$@"
}

targets=(--ferplus-votes "$votes" --label-smoothing 0 --mixup 0.2)
train_teachers() {
  train "$out/first" --width 48 --epochs 60 --pool avg+max
  train "$out/second" --epochs 80 --init "$out/first/fer.pt" --teacher "$out/first/fer.pt" "${targets[@]}" --distill-weight 0.6 --lr 2e-3 --warmup 0.1

  local apart=("${targets[@]}" --distill-weight 0.5 --batch-size 64 --augment webcam)
  train "$out/small" --width 48 --epochs 30 --size 32 --se-ratio 8 --seed 101 "${apart[@]}"
  train "$out/third" --epochs 125 --init "$out/small/fer.pt" --warmup 0.1 --seed 102 "${apart[@]}"
  combine --model "$out/second/fer.pt" --model "$out/third/fer.pt" --out "$out/both.pt"
  train "$out/fourth" --epochs 75 --init "$out/third/fer.pt" --teacher "$out/both.pt" --lr 2e-3 --warmup 0.1 --seed 121 "${apart[@]}"
  combine --model "$out/second/fer.pt" --weight 0.4 --model "$out/fourth/fer.pt" --weight 0.6 --out "$out/teachers.pt"
}

if [[ ! -f $out/teachers.pt ]]; then train_teachers; fi
train "$out/student" --epochs 66 --init "$out/teachers.pt" --prune-width 32 --teacher "$out/teachers.pt" --teacher-views 6 \
  "${targets[@]}" --distill-weight 0.6 --batch-size 64 --augment webcam --lr 2e-3 --warmup 0.05 --seed 301
fer-train evaluate --data "$data" --split "$validation" --model "$out/student/fer.pt" --tta
