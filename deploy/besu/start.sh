#!/bin/sh
# Makes the QBFT network of network.json at the first start (genesis and the validator's key), then
# runs the validator. Further validators are voted in with qbft_proposeValidatorVote.
set -eu
data=/opt/besu/data
if [ ! -f "$data/genesis.json" ]; then
  rm -rf "$data/new"
  besu operator generate-blockchain-config --config-file=/config/network.json --to="$data/new"
  cp "$data"/new/keys/*/key "$data/key"
  cp "$data/new/genesis.json" "$data/genesis.json.draft"
  mv "$data/genesis.json.draft" "$data/genesis.json"
  rm -rf "$data/new"
fi
exec besu --data-path="$data" --genesis-file="$data/genesis.json" \
  --node-private-key-file="$data/key" --min-gas-price=0 \
  --rpc-http-enabled --rpc-http-host=0.0.0.0 --rpc-http-api=ETH,NET,QBFT,WEB3 \
  --host-allowlist=chain,localhost
