#!/usr/bin/env bash
# Publishes both tools into PREFIX/lib/fer and puts fer-train and fer-detect into PREFIX/bin, with their completion for bash.
# Usage: scripts/install.sh [--uninstall] [PREFIX]    (PREFIX: /usr/local for root, else ~/.local)
set -euo pipefail

uninstall=false
if [[ "${1:-}" == --uninstall ]]; then uninstall=true; shift; fi
if [[ "${1:-}" == -* || $# -gt 1 ]]; then
  echo "Usage: scripts/install.sh [--uninstall] [PREFIX]    (PREFIX: /usr/local for root, else ~/.local)" >&2
  [[ "${1:-}" == -h || "${1:-}" == --help ]] && exit 0
  exit 1
fi
if [[ $EUID -eq 0 ]]; then default=/usr/local; else default=$HOME/.local; fi
prefix=$(realpath -m -- "${1:-$default}")
cd "$(dirname "$0")/.."
home=$prefix/lib/fer bin=$prefix/bin completions=$prefix/share/bash-completion/completions

if $uninstall; then
  rm -rf "$home"
  rm -f "$bin/fer-train" "$bin/fer-detect" "$completions/fer-train" "$completions/fer-detect"
  echo "Removed fer-train and fer-detect from $prefix"
  exit 0
fi

scripts/setup.sh
mkdir -p "$prefix/lib" "$bin" "$completions"
new=$(mktemp -d "$prefix/lib/fer.XXXXXX")
tidy() {
  rm -rf "$new"
  # Under sudo what was built stays the checkout's owner's. Files with several links are in root's package folder too:
  # those go, the owner's next build links its own.
  if [[ $EUID -eq 0 && $(stat -c %u .) -ne 0 ]]; then
    find src/*/bin src/*/obj -type f -links +1 -user 0 -delete 2>/dev/null || true
    find src/*/bin src/*/obj -exec chown -h --reference=. {} + 2>/dev/null || true
  fi
}
trap tidy EXIT
for tool in Train Detect; do
  # One folder for both: libtorch is there once. ReadyToRun makes --help quick.
  dotnet publish "src/Fer.$tool" -c Release -p:PublishReadyToRun=true -o "$new" --nologo -v quiet
done
scripts/check-libraries.sh "$new"
for tool in train detect; do
  "$new/fer-$tool" --version > /dev/null \
    || { echo "error: fer-$tool does not start: is this x86-64 ($(uname -m)), and is DOTNET_ROOT set where the SDK was unpacked by hand?" >&2; exit 2; }
done
# Beside the program, for all users; without a network the Haar cascade finds the faces.
"$new/fer-detect" get-detector --out "$new/models/face_detection_yunet_2023mar.onnx" || true
cp scripts/completion.bash "$new/"
chmod -R u+rwX,go+rX,go-w "$new"

rm -rf "$home.old"
[[ -e $home ]] && mv "$home" "$home.old"
mv "$new" "$home"
rm -rf "$home.old"
ln -sf "$home/fer-train" "$bin/fer-train"
ln -sf "$home/fer-detect" "$bin/fer-detect"
# Bash loads them by the name of the command.
ln -sf "$home/completion.bash" "$completions/fer-train"
ln -sf "$home/completion.bash" "$completions/fer-detect"
echo "Installed $bin/fer-train and $bin/fer-detect"
case ":$PATH:" in
  *":$bin:"*) ;;
  *) echo "$bin is not on your PATH; add it: export PATH=\"$bin:\$PATH\"" ;;
esac
