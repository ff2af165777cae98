#!/usr/bin/env bash
# Trains the network that ships: a first network on FER2013's labels, then a second one that begins with the first one's
# weights and learns from the labels, from what the first one says and from FER+'s votes.
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

train "$out/first" --epochs 60 --head mean+max
train "$out/second" --epochs 80 --init "$out/first/fer.pt" --teacher "$out/first/fer.pt" --votes "$votes" \
  --soft-labels 0.6 --label-smoothing 0 --mixup 0.2 --lr 2e-3 --warmup 0.1
fer-train evaluate --data "$data" --split "$judge" --model "$out/second/fer.pt" --tta
