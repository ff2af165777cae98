#!/usr/bin/env bash
# Trains the network that ships. A first network learns FER2013's labels, a second one carries on with the first one's
# weights and opinion and with FER+'s votes: it is the teacher. A third network, which owes its weights to neither, learns
# small pictures for a start, 32 pixels wide and twice as quick, then whole ones from the labels, the teacher and the votes.
# scripts/train-shipped.sh FER2013 VOTES [OUT]: folder with train/ and PublicTest in validation/ (as fer-train convert
# writes it) or else in test/; fer2013new.csv; run folders.
# Run again after an interruption, it goes on.
set -euo pipefail
data=${1:?folder with train/ and validation/ or test/} votes=${2:?FER+ votes, fer2013new.csv} out=${3:-runs/shipped}

judge=test
if [[ -d $data/validation ]]; then judge=validation; fi

train() {
  local run=$1
  shift
  if [[ -f $run/last.pt ]]; then
    fer-train --resume "$run"
  else
    fer-train --data "$data" --validation "$judge" --out "$run" "$@"
  fi
}

soft=(--votes "$votes" --soft-labels 0.6 --label-smoothing 0 --mixup 0.2 --warmup 0.1)
train "$out/first" --epochs 60
train "$out/teacher" --epochs 80 --init "$out/first/fer.pt" --teacher "$out/first/fer.pt" "${soft[@]}" --lr 2e-3
train "$out/small" --epochs 40 --size 32 --seed 7
train "$out/shipped" --epochs 56 --seed 11 --init "$out/small/fer.pt" --teacher "$out/teacher/fer.pt" "${soft[@]}" --lr 3e-3
fer-train evaluate --data "$data" --split "$judge" --model "$out/shipped/fer.pt" --tta
