// Made by the build from wanted.json and the contracts (scripts/abis.mjs). Not for editing.

export const multicallAbi = [
{"type":"function","name":"aggregate3","inputs":[{"components":[{"name":"target","type":"address"},{"name":"allowFailure","type":"bool"},{"name":"callData","type":"bytes"}],"name":"calls","type":"tuple[]"}],"outputs":[{"components":[{"name":"success","type":"bool"},{"name":"returnData","type":"bytes"}],"name":"returnData","type":"tuple[]"}],"stateMutability":"payable"},
{"type":"function","name":"aggregate3Value","inputs":[{"components":[{"name":"target","type":"address"},{"name":"allowFailure","type":"bool"},{"name":"value","type":"uint256"},{"name":"callData","type":"bytes"}],"name":"calls","type":"tuple[]"}],"outputs":[{"components":[{"name":"success","type":"bool"},{"name":"returnData","type":"bytes"}],"name":"returnData","type":"tuple[]"}],"stateMutability":"payable"},
{"type":"function","name":"getEthBalance","inputs":[{"name":"addr","type":"address"}],"outputs":[{"name":"balance","type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getBlockNumber","inputs":[],"outputs":[{"name":"blockNumber","type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getCurrentBlockTimestamp","inputs":[],"outputs":[{"name":"timestamp","type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"getChainId","inputs":[],"outputs":[{"name":"chainid","type":"uint256"}],"stateMutability":"view"}
] as const;
