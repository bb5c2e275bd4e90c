#!/usr/bin/env bash
# A disk image with the app bundle and a link to Applications: make_dmg.sh DIST VERSION
# To hand it out, sign and notarise the bundle first:
#   codesign --deep --options runtime --sign "Developer ID Application: ..." "dist/HCC Viewer.app"
#   xcrun notarytool submit ... --wait && xcrun stapler staple "dist/HCC Viewer.app"
set -euo pipefail
out=$1
version=$2
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$out/HCC Viewer.app" "$stage/"
cp "$out/hcc-viewer/THIRD-PARTY-NOTICES.txt" "$out/hcc-viewer/LICENSE" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname "HCC Viewer $version" -srcfolder "$stage" -ov -format UDZO \
  "$out/hcc-viewer-$version.dmg"
