// Made by the build from wanted.json and the contracts (scripts/abis.mjs). Not for editing.

export const tokenAbi = [
{"type":"event","name":"Minted","inputs":[{"indexed":true,"name":"owner","type":"address"},{"indexed":true,"name":"tokenId","type":"uint256"},{"indexed":false,"name":"amount","type":"uint256"}]},
{"type":"function","name":"mint","inputs":[{"name":"amount","type":"uint256"}],"outputs":[{"name":"tokenId","type":"uint256"}],"stateMutability":"nonpayable"},
{"type":"function","name":"minted","inputs":[],"outputs":[{"type":"uint256"}],"stateMutability":"view"},
{"type":"function","name":"ownerOf","inputs":[{"name":"tokenId","type":"uint256"}],"outputs":[{"type":"address"}],"stateMutability":"view"}
] as const;
