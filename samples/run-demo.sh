#!/bin/sh
# Runs the three nights of samples/ as an operator would: each night's files arrive in an inbox,
# then the nightly schedule runs.
#
#   samples/run-demo.sh               in demo/, beside this folder, which is made anew
#   samples/run-demo.sh DIRECTORY     there; it must not exist yet
#
# REFBATCH names another program than .build/release/refbatch.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
refbatch=${REFBATCH:-$root/.build/release/refbatch}

if [ ! -x "$refbatch" ]; then
  echo "run-demo.sh: $refbatch is not there; build it with: swift build -c release --static-swift-stdlib" >&2
  exit 1
fi
if [ $# -eq 0 ]; then
  site=$root/demo
  rm -rf "$site"
elif [ -e "$1" ]; then
  echo "run-demo.sh: $1 is there already; remove it, or name another directory" >&2
  exit 1
else
  site=$1
fi

mkdir -p "$site/inbox" "$site/schedules"
site=$(cd "$site" && pwd)
refbatch=$(cd "$(dirname "$refbatch")" && pwd)/$(basename "$refbatch")
cp "$root/schedules/nightly.json" "$site/schedules/"
cd "$site"

night=1
for date in 2026-03-30 2026-03-31 2026-04-01; do
  echo "night $night: the business day $date"
  cp "$root/samples/night-$night/"* inbox/
  "$refbatch" run schedules/nightly.json --as-of "$date"
  echo
  night=$((night + 1))
done

echo "Payouts of each night:"
for date in 2026-03-30 2026-03-31 2026-04-01; do
  echo "  $site/workspace/out/$date.1/payouts/payouts.csv"
done
