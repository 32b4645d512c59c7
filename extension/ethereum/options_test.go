package ethereum_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/ethereum"
)

const (
	typedParts = `domain: {}, types: { A: [] }, primaryType: "A", message: {}, `
	callParts  = `address: counter, abi, functionName: "count", `
)

func TestUnknownOptionsAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	vu, node := newChain(t, ``)
	vu.CheckOptions("ethereum", ethereum.Accepted, map[string]string{
		"Client":                           `new ethereum.Client({ url, %s })`,
		"Client.request":                   `client.request({ method: "eth_chainId", %s })`,
		"Client.getChainId":                `client.getChainId({ %s })`,
		"Client.getBlockNumber":            `client.getBlockNumber({ %s })`,
		"Client.getBlock":                  `client.getBlock({ %s })`,
		"Client.getBalance":                `client.getBalance({ address: other, %s })`,
		"Client.getBalances":               `client.getBalances({ addresses: [other], %s })`,
		"Client.getTransactionCount":       `client.getTransactionCount({ address: other, %s })`,
		"Client.getCode":                   `client.getCode({ address: other, %s })`,
		"Client.getGasPrice":               `client.getGasPrice({ %s })`,
		"Client.estimateGas":               `client.estimateGas({ account, to: other, %s })`,
		"Client.estimateFeesPerGas":        `client.estimateFeesPerGas({ %s })`,
		"Client.readContract":              `client.readContract({ ` + callParts + `%s })`,
		"Client.multicall":                 `client.multicall({ contracts: [], %s })`,
		"Client.multicall contracts[]":     `client.multicall({ contracts: [{ ` + callParts + `}, { ` + callParts + `%s }] })`,
		"Client.writeContract":             `client.writeContract({ account, ` + callParts + `%s })`,
		"Client.deployContract":            `client.deployContract({ account, abi, args: [1n], bytecode: "0x00", %s })`,
		"Client.sendTransaction":           `client.sendTransaction({ account, to: other, %s })`,
		"Client.sendTransactions":          `client.sendTransactions([{ account, to: other }, { account, to: other, %s }])`,
		"Client.waitForTransactionReceipt": `client.waitForTransactionReceipt({ hash: "0x" + "11".repeat(32), %s })`,
		"WalletPool": `new ethereum.WalletPool({
			name: "o", mnemonic: junk, offset: 100, instance: 0, instances: 1, planned: 1, size: 1, %s })`,
		"WalletPool.take": `new ethereum.WalletPool({
			name: "p", mnemonic: junk, offset: 100, instance: 0, instances: 1, planned: 1, size: 1 }).take({ timeout: 1, %s })`,
		"WalletPool.demand": `new ethereum.WalletPool({
			name: "q", mnemonic: junk, offset: 100, instance: 0, instances: 1, planned: 1, size: 1 }).demand({ max: 1, %s })`,
		"Account.signMessage":         `account.signMessage({ message: "m", %s })`,
		"Account.signMessage message": `account.signMessage({ message: { raw: "0x01", %s } })`,
		"Account.signTypedData":       `account.signTypedData({ ` + typedParts + `%s })`,
		"mnemonicToAccount":           `ethereum.mnemonicToAccount(junk, { %s })`,
		"mnemonicToAccount mnemonic":  `ethereum.mnemonicToAccount({ file: "/nowhere", %s })`,
		"mnemonicToAddresses":         `ethereum.mnemonicToAddresses(junk, { start: 0, end: 1, %s })`,
		"hashTypedData":               `ethereum.hashTypedData({ ` + typedParts + `%s })`,
		"hashTypedData domain":        `ethereum.hashTypedData({ types: { A: [] }, primaryType: "A", message: {}, domain: { %s } })`,
		"recoverMessageAddress":       `ethereum.recoverMessageAddress({ message: "m", signature: "0x", %s })`,
		"recoverTypedDataAddress":     `ethereum.recoverTypedDataAddress({ ` + typedParts + `signature: "0x", %s })`,
		"encodeFunctionData":          `ethereum.encodeFunctionData({ abi, functionName: "count", %s })`,
		"decodeEventLog":              `ethereum.decodeEventLog({ abi, topics: [], data: "0x", %s })`,
		"parseEventLogs":              `ethereum.parseEventLogs({ abi, logs: [], %s })`,
	}, []string{
		"keccak256",
		"getAddress",
		"parseEther",
		"formatEther",
		"parseGwei",
		"privateKeyToAccount",
		"WalletPool.offer",
		"WalletPool.giveBack",
		"WalletPool.close",
		"WalletPool.address",
		"WalletPool.account",
		"WalletPool.stats",
	}, "testdata/options.json")
	require.Zero(t, node.Calls("eth_sendRawTransaction"), "nothing was sent")
}

// TestMistypedOptions are mistakes that once passed in silence: the first gave the funder, the third sent nothing.
func TestMistypedOptions(t *testing.T) {
	t.Parallel()
	vu, node := newChain(t, ``)
	runErrorsIn(t, vu, map[string]string{
		`ethereum.mnemonicToAccount(junk, { adressIndex: 7 })`:                                               "options.adressIndex: did you mean addressIndex? accepted: path, accountIndex, changeIndex, addressIndex",
		`new ethereum.Client({ url, timeOut: 1 })`:                                                           "options.timeOut: did you mean timeout? accepted: url,",
		`client.sendTransaction({ account, to: other, vlaue: 5n })`:                                          "vlaue: did you mean value? accepted: account, to, data, value,",
		`client.sendTransactions([{ account, to: other, value: 5n }, { account, to: other, vlaue: 5n }])`:    "requests[1].vlaue: did you mean value?",
		`client.multicall({ contracts: [{ address: counter, abi, functionname: "count" }] })`:                "contracts[0].functionname: did you mean functionName?",
		`account.signTypedData({ domain: { chainID: 1 }, types: { A: [] }, primaryType: "A", message: {} })`: "domain.chainID: did you mean chainId?",
		`client.getBalance({ address: other, block: 1n })`:                                                   "block: is not an option",
		`client.getBalance({ address: other, blockNumber: 1n, blockTag: "latest" })`:                         "blockNumber: give it or blockTag, not both",
		`client.getBalance({ address: other, blockNumber: -1n })`:                                            "blockNumber: want a number from 0 to 2^64-1",
		`client.getBalance({ address: other, blockNumber: 2n ** 64n })`:                                      "blockNumber: want a number from 0 to 2^64-1",
		`client.getBlock({ blockTag: "newest" })`:                                                            "blockTag: want one of latest, pending, safe, finalized",
		`client.readContract({ address: counter, abi, functionName: "count", blockNumber: "later" })`:        "blockNumber",
	})
	require.Zero(t, node.Calls("eth_sendRawTransaction"))
}
