#!/usr/bin/env bash
# Installs what is missing on Debian and Ubuntu; asks nothing. Usage: scripts/setup.sh [--tests]
set -euo pipefail

if ! command -v dotnet >/dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
  cat >&2 <<'TEXT'
error: the .NET 10 SDK is missing. Install it, then start this script again:
  Ubuntu:  sudo apt-get install dotnet-sdk-10.0    (where it is unknown, first: sudo add-apt-repository ppa:dotnet/backports)
  others:  https://dotnet.microsoft.com/download/dotnet/10.0    (unpacked by hand, set DOTNET_ROOT to its folder)
TEXT
  exit 2
fi

# OpenCV's library needs libdrm, libatomic and GTK 3 (renamed in Ubuntu 24.04) even without a window, the face detector
# its cascade, the charts a font.
packages=(libdrm2 libatomic1 opencv-data fonts-dejavu-core)
if command -v apt-cache >/dev/null && apt-cache show libgtk-3-0t64 >/dev/null 2>&1; then
  packages+=(libgtk-3-0t64)
else
  packages+=(libgtk-3-0)
fi
if [[ "${1:-}" == --tests ]]; then
  # A display without a screen, keys and screenshots for the window; Python's torch to open the checkpoints.
  packages+=(xvfb xdotool ffmpeg imagemagick python3-torch python3-numpy)
fi

if ! command -v apt-get >/dev/null; then
  echo "This is no Debian or Ubuntu: make sure that GTK 3, OpenCV's Haar cascades and a font are installed." >&2
  exit 0
fi

missing=()
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
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
