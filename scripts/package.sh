#!/usr/bin/env bash
# Makes an archive that runs without .NET: both tools, the network that ships, libtorch, OpenCV, and the runtime.
# Usage: scripts/package.sh [OUT]    (OUT: artifacts/package)
# OUT then holds fer-VERSION-linux-x64.tar.gz, its SHA-256, its bill of materials (CycloneDX), and the unpacked folder.
set -euo pipefail
[[ ${1:-} != -* && $# -le 1 ]] || { echo "Usage: scripts/package.sh [OUT]    (OUT: artifacts/package)" >&2; exit 1; }
out=$(realpath -m -- "${1:-$(dirname "$0")/../artifacts/package}")
cd "$(dirname "$0")/.."

version=$(dotnet msbuild src/Fer.Detect -getProperty:Version)
name=fer-$version-linux-x64 folder=$out/fer-$version-linux-x64
rm -rf "$folder" "$out/$name".*
mkdir -p "$folder"
for tool in Train Detect; do
  # Beside the usual build, whose intermediate files are for another kind of output. One folder for both tools.
  dotnet publish "src/Fer.$tool" -c Release -r linux-x64 --self-contained true -p:PublishReadyToRun=true -p:DebugType=none \
    --artifacts-path "$folder.build" -o "$folder" --nologo -v quiet
done
# .NET's tracing for LTTng, which wants a library of its own, and what writes core dumps for a debugger.
rm -f "$folder"/{libcoreclrtraceptprovider.so,createdump,libmscordbi.so,libmscordaccore.so} "$folder"/*.xml
rm -rf "$folder.build"
# The machine that makes the archive need not be able to run it.
scripts/check-libraries.sh --table "$folder"

cp LICENSE README.md CHANGELOG.md scripts/completion.bash "$folder/"
packages=$(awk '/^lib/ { print $2 }' src/Fer.Core/Native/system-libraries.txt | grep -E '^lib(gtk|drm|atomic|stdc)' | sort -u | tr '\n' ' ')
cat > "$folder/INSTALL.txt" <<TEXT
FER $version for Linux x86-64 (glibc 2.34 or newer, as in Debian 12 and Ubuntu 22.04). .NET need not be installed.

1. What OpenCV is linked against, the face detector's cascade, a font for the charts:

     sudo apt-get install ${packages}opencv-data fonts-dejavu-core

   Elsewhere: GTK 3, libdrm, libatomic, OpenCV's Haar cascades, DejaVu. A program that misses a library names it.
   For HTTPS addresses also libssl3 and ca-certificates; for streams the ffmpeg program.

2. Unpack anywhere, run where it lies or link it into a folder of your PATH:

     sudo tar -xzf $name.tar.gz -C /opt
     sudo ln -s /opt/$name/fer-train /opt/$name/fer-detect /usr/local/bin/
     fer-detect --input photo.jpg --headless --json -

3. Completion of commands and options, for bash (zsh first: autoload -U +X compinit bashcompinit && compinit && bashcompinit):

     source /opt/$name/completion.bash

To remove it: delete the folder and the links.
TEXT
chmod -R u+rwX,go+rX,go-w "$folder"

# The same sources give the same archive.
moment=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
SOURCE_DATE_EPOCH=$moment dotnet run scripts/Sbom.cs -p:ImportDirectoryBuildProps=false -p:ImportDirectoryBuildTargets=false \
  -p:ImportDirectoryPackagesProps=false -- "$version" "$folder" "$folder/sbom.cdx.json"
cp "$folder/sbom.cdx.json" "$out/$name.cdx.json"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$moment" -C "$out" -c "$name" | gzip -n -6 > "$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" "$name.cdx.json" > "$name.sha256")
echo "$out/$name.tar.gz: $(du -m --apparent-size "$out/$name.tar.gz" | cut -f 1) MB, $(du -sm --apparent-size "$folder" | cut -f 1) MB unpacked"
