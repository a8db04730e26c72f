#!/bin/sh
# Runs the demo and takes what it wrote as the expected output. Look at `git diff samples/expected`
# before committing: every changed byte is a change that users see.
#
# REFBATCH names another program than .build/release/refbatch.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$root/samples/run-demo.sh" "$scratch/demo" >/dev/null
rm -rf "$root/samples/expected"
mkdir "$root/samples/expected"
cp -R "$scratch/demo/workspace/out" "$scratch/demo/workspace/rejects" "$root/samples/expected/"
rm "$root/samples/expected/out/"*/run.json
chmod -R u=rwX,go=rX "$root/samples/expected"
echo "samples/expected is what the demo writes now; see git diff samples/expected"
