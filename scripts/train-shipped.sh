#!/usr/bin/env bash
# Trains the bundled model: one compressed network, the mean of the weights of several stages of its training (a model soup).
# Two networks are trained apart, one on sharp faces and one with blur and noise; the second becomes a student of both, and again
# with all that --augment webcam changes. Each of the last students ends with a few epochs of light augmentation, which fit it to
# undistorted faces again. The ensemble that teaches grows with them.
# scripts/train-shipped.sh FER2013 VOTES [OUT]: folder with train/ and PublicTest in validation/ (as fer-train convert
# writes it) or else in test/; fer2013new.csv; run folders.
# Run it again after an interruption, and it resumes.
# In the trainings with --augment webcam before thin9, teachers saw the blur and noise of their students; now they see the faces without.
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

# Students of all three. The network that became the bundled one, as below, went on from the averaged weights of the last epoch of
# "again"; here its most accurate epoch is taken. By loss, that would be the first epoch.
combine teachers --model "$out/sharp/fer.pt" --weight 0.3 --model "$out/student/fer.pt" --weight 0.3 --model "$out/finished/fer.pt" --weight 0.4
train again --init "$out/finished/fer.pt" --teacher "$out/teachers.pt" --teacher-views 20 --distill-weight 0.6 "${webcam[@]}" \
  --epochs 52 --lr 8e-4 --warmup 0.05 --seed 601
train finished2 --init "$out/again/fer.pt" --teacher "$out/teachers.pt" "${light[@]}" --epochs 3 --lr 2e-4 --seed 502
combine soup --soup --model "$out/finished/fer.pt" --model "$out/finished2/fer.pt"

# Once more from their mean, with a teacher of which it is a part; the mean of all three is compressed below.
combine teachers2 --model "$out/sharp/fer.pt" --weight 0.3 --model "$out/student/fer.pt" --weight 0.2 --model "$out/soup.pt" --weight 0.5
train finished3 --init "$out/soup.pt" --teacher "$out/teachers2.pt" "${light[@]}" --epochs 4 --lr 3e-4 --seed 503
combine full --soup --model "$out/finished/fer.pt" --weight 1 --model "$out/finished2/fer.pt" --weight 1 --model "$out/finished3/fer.pt" --weight 2

# A fourth student, and a network from random weights that never had a teacher, for other errors: all of them teach, in turns.
combine teachers3 --model "$out/sharp/fer.pt" --weight 0.35 --model "$out/full.pt" --weight 0.65
train finished4 --init "$out/full.pt" --teacher "$out/teachers3.pt" "${light[@]}" --epochs 4 --lr 4e-4 --seed 504
apart=("${soft[@]}" --batch-size 64 --distill-weight 0.5 --criterion loss)
train small2 --width 48 --se-ratio 8 --size 32 --epochs 22 "${apart[@]}" --seed 801
train large2 --init "$out/small2/fer.pt" --epochs 40 "${apart[@]}" --lr 2e-3 --warmup 0.1 --seed 802
train independent --init "$out/large2/fer.pt" --epochs 3 "${apart[@]}" --augment light --lr 2e-4 --warmup 0.1 --ema 0.995 --seed 803
combine teachers4 --model "$out/finished4/fer.pt" --weight 0.5 --model "$out/sharp/fer.pt" --weight 0.25 --model "$out/independent/fer.pt" --weight 0.25

# Half of the work: the convolutions of that network split into thinner ones, and trained further.
[[ -f $out/thin.pt ]] || fer-train compress --model "$out/full.pt" --data "$data" --split "$validation" --macs 75 --out "$out/thin.pt"
all=(--teacher "$out/finished4/fer.pt" --teacher "$out/sharp/fer.pt" --teacher "$out/full.pt" --teacher "$out/independent/fer.pt")
camera=("${all[@]}" "${webcam[@]}" --distill-weight 0.6 --criterion loss --warmup 0.05 --ema 0.995)
train thin1 --init "$out/thin.pt" --teacher "$out/teachers4.pt" "${light[@]}" --epochs 5 --lr 4e-4 --seed 903
train thin2 --init "$out/thin1/fer.pt" "${all[@]}" "${light[@]}" --epochs 12 --lr 6e-4 --seed 904
train thin3 --init "$out/thin2/fer.pt" "${camera[@]}" --epochs 9 --lr 4e-4 --seed 905
train thin4 --init "$out/thin3/fer.pt" "${all[@]}" "${light[@]}" --epochs 4 --lr 3e-4 --seed 906
combine middle --soup --model "$out/thin2/fer.pt" --model "$out/thin3/fer.pt" --model "$out/thin4/fer.pt"
train thin5 --init "$out/middle.pt" "${camera[@]}" --epochs 11 --lr 5e-4 --seed 907
train thin6 --init "$out/thin5/fer.pt" "${all[@]}" "${light[@]}" --epochs 3 --lr 2e-4 --seed 908
combine base --soup --model "$out/thin2/fer.pt" --weight 1 --model "$out/thin4/fer.pt" --weight 1 \
  --model "$out/thin5/fer.pt" --weight 2 --model "$out/thin6/fer.pt" --weight 2

# From the mean of those further in several ways; the numbers are those of the experiment log.
further=("${soft[@]}" --batch-size 64 --distill-weight 0.6 --criterion loss --ema 0.998)
train thin7 --init "$out/base.pt" "${all[@]}" "${light[@]}" --sam 0.05 --epochs 3 --lr 4e-4 --seed 1001
train thin8 --init "$out/base.pt" "${all[@]}" "${light[@]}" --cutmix 1 --epochs 3 --lr 4e-4 --seed 1001
train thin9 --init "$out/base.pt" "${all[@]}" "${further[@]}" --augment light-webcam --epochs 28 --lr 6e-4 --warmup 0.05 --seed 1101
train thin10 --init "$out/thin9/fer.pt" "${all[@]}" "${further[@]}" --augment light --epochs 4 --lr 3e-4 --warmup 0.1 --seed 1102
four=(--model "$out/base.pt" --model "$out/thin7/fer.pt" --model "$out/thin8/fer.pt" --model "$out/thin10/fer.pt")
combine four --soup "${four[@]}"
train thin12 --init "$out/four.pt" "${all[@]}" "${further[@]}" --augment light --cutmix 1 --sam 0.05 --epochs 6 --lr 6e-4 --warmup 0.05 --seed 1202
combine five --soup "${four[@]}" --model "$out/thin12/fer.pt"

# Their mean takes the place of the network before compression among the teachers.
latest=(--teacher "$out/finished4/fer.pt" --teacher "$out/sharp/fer.pt" --teacher "$out/five.pt" --teacher "$out/independent/fer.pt")
train thin15 --init "$out/five.pt" "${latest[@]}" "${further[@]}" --augment light --cutmix 1 --epochs 14 --lr 8e-4 --warmup 0.05 --seed 1204
train thin16 --init "$out/thin15/fer.pt" "${latest[@]}" "${further[@]}" --augment light --sam 0.05 --epochs 4 --lr 3e-4 --warmup 0.1 --seed 1205
combine latest --soup --model "$out/five.pt" --model "$out/thin16/fer.pt"
train thin17 --init "$out/latest.pt" "${latest[@]}" "${further[@]}" --augment light-webcam --sam 0.05 --epochs 6 --lr 3e-4 --warmup 0.1 --seed 1206
combine shipped --soup "${four[@]}" --model "$out/thin12/fer.pt" --model "$out/thin17/fer.pt"
fer-train export --model "$out/shipped.pt" --half --out "$out/fer.pt" --force
fer-train evaluate --data "$data" --split "$validation" --model "$out/fer.pt" --tta
