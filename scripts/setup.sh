#!/usr/bin/env bash
# Installs what is missing on Debian and Ubuntu, and the face detector YuNet; asks nothing. Usage: scripts/setup.sh [--tests]
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  cat >&2 <<'TEXT'
error: the .NET 10 SDK is missing. Install it, then start this script again:
  Ubuntu:  sudo apt-get install dotnet-sdk-10.0    (where it is unknown, first: sudo add-apt-repository ppa:dotnet/backports)
  others:  https://dotnet.microsoft.com/download/dotnet/10.0    (unpacked by hand, set DOTNET_ROOT to its folder)
TEXT
  exit 2
fi

# In the folder where the tools look for it, also in place of a damaged one; without a network the Haar cascade finds the
# faces. Tests take theirs from FER_YUNET_MODEL.
yunet=${XDG_DATA_HOME:-$HOME/.local/share}/fer/face_detection_yunet_2023mar.onnx
if [[ "${1:-}" != --tests && -z "${FER_YUNET_MODEL:-}" ]]; then
  scripts/get-detector.sh "$yunet" || echo "YuNet is not installed; with a network, fer-detect get-detector installs it" >&2
fi

# What the loader would not find of the libraries that OpenCV, libtorch and SkiaSharp are linked against. Packages are
# not asked, for their names differ from release to release.
present=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | grep -E 'x86-64|AArch64' || true)
libraries=() missing=()
while read -r library package; do
  if ! grep -qF "$library (" <<< "$present"; then
    libraries+=("$library")
    [[ " ${missing[*]} " == *" $package "* ]] || missing+=("$package")
  fi
done < <(grep '^lib' src/Fer.Core/Native/system-libraries.txt)

if ! command -v apt-get >/dev/null; then
  [[ ${#libraries[@]} -eq 0 ]] && exit 0
  cat >&2 <<TEXT
error: this is neither Debian nor Ubuntu, and the loader does not find these libraries; install what brings them
(Fedora, openSUSE: dnf or zypper install 'NAME()(64bit)'):
$(printf '  %s\n' "${libraries[@]}")
Also needed: OpenCV's Haar cascades (opencv-data) and a font (DejaVu).
TEXT
  exit 2
fi

# The face detector's cascade, the charts' font.
packages=(opencv-data fonts-dejavu-core)
if [[ "${1:-}" == --tests ]]; then
  # A display without a screen, keys and screenshots for the window; Python's torch to open the checkpoints.
  packages+=(xvfb xdotool ffmpeg imagemagick python3-torch python3-numpy)
fi

for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

sudo=()
if [[ $EUID -ne 0 ]]; then
  command -v sudo >/dev/null || { echo "error: ${missing[*]} must be installed, and there is no sudo: install them as root" >&2; exit 2; }
  sudo=(sudo)
fi
echo "Installing ${missing[*]}" >&2
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq \
  || echo "apt-get update failed; going on with the package lists that are there" >&2
for i in "${!missing[@]}"; do
  # Debian 13 and Ubuntu 24.04 renamed some libraries.
  if apt-cache show "${missing[i]}t64" >/dev/null 2>&1; then missing[i]+=t64; fi
  # Not every release has it; the tests that need it are skipped then.
  if [[ ${missing[i]} == python3-torch ]] && ! apt-cache show python3-torch >/dev/null 2>&1; then unset "missing[i]"; fi
done
[[ ${#missing[@]} -eq 0 ]] && exit 0
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
