#!/usr/bin/env bash
# Trains the bundled model: one network, the mean of the weights of three students (a model soup).
# Two networks are trained apart, one on sharp faces and one with blur and noise; the second becomes a student of both, and again
# with all that --augment webcam changes. Each of the last students ends with a few epochs of light augmentation, which fit it to
# undistorted faces again. The ensemble that teaches grows with them.
# scripts/train-shipped.sh FER2013 VOTES [OUT]: folder with train/ and PublicTest in validation/ (as fer-train convert
# writes it) or else in test/; fer2013new.csv; run folders.
# Run it again after an interruption, and it resumes.
set -euo pipefail
data=${1:?folder with train/ and validation/ or test/} votes=${2:?FER+ votes, fer2013new.csv} out=${3:-runs/shipped}

validation=test
if [[ -d $data/validation ]]; then validation=validation; fi

# train RUN OPTION...: one training run, resumed if it was interrupted.
train() {
  local run=$out/$1
  shift
  if [[ -f $run/last.pt ]]; then
    fer-train --resume "$run"
  else
    fer-train --data "$data" --validation "$validation" --out "$run" "$@"
  fi
}

# combine NAME OPTION...: an ensemble of networks, or with --soup the mean of their weights.
combine() {
  local name=$1
  shift
  fer-train combine --data "$data" --split "$validation" --out "$out/$name.pt" --force "$@"
}

soft=(--ferplus-votes "$votes" --label-smoothing 0)
webcam=("${soft[@]}" --batch-size 64 --augment webcam)
light=("${soft[@]}" --batch-size 64 --augment light --distill-weight 0.6 --criterion loss --warmup 0.1 --ema 0.995)

# Sharp faces; then a student of that network.
train first --width 48 --epochs 60 --pool avg+max
train sharp --init "$out/first/fer.pt" --teacher "$out/first/fer.pt" "${soft[@]}" --distill-weight 0.6 --mixup 0.2 \
  --epochs 80 --lr 2e-3 --warmup 0.1

# Blurred and noisy faces, from other random weights; then a student of both.
train small --width 48 --se-ratio 8 --size 32 --epochs 30 "${webcam[@]}" --distill-weight 0.5 --mixup 0.2 --seed 101
train blurred --init "$out/small/fer.pt" --epochs 125 "${webcam[@]}" --distill-weight 0.5 --mixup 0.2 --warmup 0.1 --seed 102
combine apart --model "$out/sharp/fer.pt" --model "$out/blurred/fer.pt"
train student --init "$out/blurred/fer.pt" --teacher "$out/apart.pt" "${webcam[@]}" --distill-weight 0.5 --mixup 0.2 \
  --epochs 75 --lr 2e-3 --warmup 0.1 --seed 121
combine pair --model "$out/sharp/fer.pt" --weight 0.4 --model "$out/student/fer.pt" --weight 0.6

# A student of that pair, which was the bundled model of 0.1: first with mixup, then without, then with light augmentation.
pair=(--teacher "$out/pair.pt" --distill-weight 0.6 --criterion loss)
train mixed --init "$out/student/fer.pt" "${pair[@]}" --teacher-views 40 "${webcam[@]}" --mixup 0.2 --epochs 110 --lr 2e-3 --warmup 0.1 --seed 402
train unmixed --init "$out/mixed/fer.pt" "${pair[@]}" --teacher-views 40 "${webcam[@]}" --epochs 20 --lr 1.5e-4 --warmup 0 --seed 403
train finished --init "$out/unmixed/fer.pt" --teacher "$out/pair.pt" "${light[@]}" --epochs 4 --lr 2e-4 --seed 501

# Students of all three. The network that ships went on from the averaged weights of the last epoch of "again"; here its most accurate
# epoch is taken. By loss, that would be the first epoch.
combine teachers --model "$out/sharp/fer.pt" --weight 0.3 --model "$out/student/fer.pt" --weight 0.3 --model "$out/finished/fer.pt" --weight 0.4
train again --init "$out/finished/fer.pt" --teacher "$out/teachers.pt" --teacher-views 20 --distill-weight 0.6 "${webcam[@]}" \
  --epochs 52 --lr 8e-4 --warmup 0.05 --seed 601
train finished2 --init "$out/again/fer.pt" --teacher "$out/teachers.pt" "${light[@]}" --epochs 3 --lr 2e-4 --seed 502
combine soup --soup --model "$out/finished/fer.pt" --model "$out/finished2/fer.pt"

# Once more from their mean, with a teacher of which it is a part; the mean of all three ships.
combine teachers2 --model "$out/sharp/fer.pt" --weight 0.3 --model "$out/student/fer.pt" --weight 0.2 --model "$out/soup.pt" --weight 0.5
train finished3 --init "$out/soup.pt" --teacher "$out/teachers2.pt" "${light[@]}" --epochs 4 --lr 3e-4 --seed 503
combine full --soup --model "$out/finished/fer.pt" --weight 1 --model "$out/finished2/fer.pt" --weight 1 --model "$out/finished3/fer.pt" --weight 2
fer-train export --model "$out/full.pt" --half --out "$out/fer.pt" --force
fer-train evaluate --data "$data" --split "$validation" --model "$out/fer.pt" --tta
