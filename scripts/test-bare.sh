#!/usr/bin/env bash
# Does what a new user does on a minimal Debian 12, where nothing but the .NET SDK is installed: the demo, then a headless
# detection. With --archive FILE (from scripts/package.sh): unpacks it where there is no .NET either, and detects.
# Usage: sudo scripts/test-bare.sh [--archive FILE]    Prints SKIPPED and exits with 0 where it may not make such a root.
# The root and its packages are cached in $XDG_CACHE_HOME or /var/cache; DEBIAN_MIRROR names another mirror.
set -euo pipefail

skip() { echo "SKIPPED: $1"; exit 0; }

read_only() { mkdir -p "$root$2"; mount --bind "$1" "$root$2"; mount -o remount,ro,bind "$root$2"; }

# In a mount namespace of its own: whatever ends this process, its mounts end with it, and no cleaning up can reach
# through them into the host.
inside() {
  root=$1
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  mount --bind "$2/archives" "$root/var/cache/apt/archives"
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  mkdir -p "$root/etc/ssl/certs"
  variables=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
    DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true MSBUILDDISABLENODEREUSE=1)
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY NUGET_CERT_REVOCATION_MODE; do
    [[ -n ${!name:-} ]] && variables+=("$name=${!name}")
  done
  if [[ -n $archive ]]; then
    read_only "$(dirname "$archive")" /archive
    check=archive
  else
    local packages=${NUGET_PACKAGES:-$HOME/.nuget/packages} config=$HOME/.nuget/NuGet
    read_only "$(dirname "$(realpath "$(command -v dotnet)")")" /usr/share/dotnet
    variables+=(DOTNET_ROOT=/usr/share/dotnet)
    # The host's package sources, and what it has downloaded already.
    if [[ -d $config ]]; then read_only "$config" /root/.nuget/NuGet; fi
    if [[ -d $packages ]]; then
      read_only "$packages" /host-packages
      variables+=(NUGET_FALLBACK_PACKAGES=/host-packages)
    fi
    check=demo
  fi
  read_only "$(realpath scripts)" /test
  exec chroot "$root" env -i "${variables[@]}" bash "/test/${BASH_SOURCE##*/}" --in-root "$check" "/archive/${archive##*/}"
}

install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

# Every frame of the sample video is a line, and faces are found.
detect() {
  local tool=$1 video=$2 rows faces
  "$tool" --input "$video" --headless --json /tmp/found.jsonl --output /tmp/annotated.mp4
  rows=$(wc -l < /tmp/found.jsonl) faces=$(grep -c '"box"' /tmp/found.jsonl || true)
  echo "$rows frames, $faces with faces, $(stat -c %s /tmp/annotated.mp4) bytes of annotated video"
  [[ $rows -gt 0 && $faces -gt 0 && -s /tmp/annotated.mp4 ]] || { echo "error: nothing was detected" >&2; exit 1; }
}

demo() {
  install ca-certificates libicu72 libssl3 libstdc++6 zlib1g
  # The host may trust more than Debian does.
  cp /host-certificates /etc/ssl/certs/ca-certificates.crt 2>/dev/null || true
  ln -s /usr/share/dotnet/dotnet /usr/local/bin/dotnet
  cd /src
  scripts/demo.sh
  for file in run/fer.pt run/last.pt run/loss.png run/confusion.png faces.jsonl faces-annotated.mp4; do
    [[ -s artifacts/demo/$file ]] || { echo "error: the demo wrote no $file" >&2; exit 1; }
  done
  echo; echo "== Headless detection with the network that ships"
  detect src/Fer.Detect/bin/Release/net10.0/fer-detect artifacts/demo/faces.mp4
}

archive() {
  tar -xzf "$1" -C /opt
  cd /opt/fer-*/
  echo "== Without the packages: one line that names them"
  local code=0
  ./fer-train sample --out /tmp/none 2> /tmp/refusal || code=$?
  cat /tmp/refusal
  [[ $code -eq 2 && $(wc -l < /tmp/refusal) -eq 1 ]] && grep -q 'libgtk-3-0' /tmp/refusal \
    || { echo "error: exit code $code, and not the one line that was expected" >&2; exit 1; }
  # What the text says, word for word.
  eval "$(sed -n 's/^ *sudo apt-get install/install/p' INSTALL.txt)"
  echo "== With them"
  ./fer-detect --version
  ./fer-train sample --out /tmp/faces --per-class 2 --video /tmp/faces.mp4
  detect ./fer-detect /tmp/faces.mp4
}

if [[ ${1:-} == --in-root ]]; then
  apt-get update -qq
  "$2" "$3"
  exit 0
fi

archive=
if [[ ${1:-} == --archive && $# -eq 2 ]]; then
  archive=$(realpath -e -- "$2")
elif [[ $# -gt 0 && ${1:-} != --inside ]]; then
  echo "Usage: scripts/test-bare.sh [--archive FILE]" >&2
  exit 1
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ ${1:-} == --inside ]]; then archive=$4; inside "$2" "$3"; fi

[[ $EUID -eq 0 ]] || skip "it makes a root of its own and mounts into it, and needs to be root for that (sudo)"
command -v debootstrap >/dev/null || skip "debootstrap is not installed (apt-get install debootstrap)"
unshare --mount --pid --fork mount -t tmpfs none /mnt 2>/dev/null || skip "this machine does not allow mounts (a container without privileges?)"
[[ -n $archive ]] || command -v dotnet >/dev/null || skip "there is no .NET SDK to lend"

start=$SECONDS
cache=${XDG_CACHE_HOME:-/var/cache}/fer-bare base=$cache/bookworm
mkdir -p "$cache/archives/partial"
exec 9> "$cache/lock"
flock 9
if [[ ! -d $base ]]; then
  echo "Making a minimal Debian 12 in $base"
  rm -rf --one-file-system "$base.unfinished"
  debootstrap --variant=minbase bookworm "$base.unfinished" "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" > "$cache/debootstrap.log" \
    || { tail -n 5 "$cache/debootstrap.log" >&2; exit 2; }
  mv "$base.unfinished" "$base"
fi
flock -u 9

run=$(mktemp -d "$cache/run.XXXXXX")
trap 'rm -rf --one-file-system "$run"' EXIT
cp -a --reflink=auto "$base/." "$run"
if [[ -z $archive ]]; then
  # What a clone would bring, changes to tracked files included.
  # As the owner of the checkout, whose objects would be root's otherwise.
  git=(setpriv --reuid="$(stat -c %u .)" --regid="$(stat -c %g .)" --clear-groups env HOME=/ git -c "safe.directory=$PWD" -c user.name=test -c user.email=test@localhost)
  commit=$("${git[@]}" stash create)
  mkdir "$run/src"
  "${git[@]}" archive "${commit:-HEAD}" | tar -x -C "$run/src"
  certificates=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
  if [[ -f $certificates ]]; then cp -L "$certificates" "$run/host-certificates"; fi
fi
unshare --mount --pid --fork --kill-child bash "scripts/${BASH_SOURCE[0]##*/}" --inside "$run" "$cache" "$archive"
echo "test-bare: passed in $((SECONDS - start)) s"
