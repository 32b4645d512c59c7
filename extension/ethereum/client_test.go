package ethereum_test

import (
	"bytes"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/metrics"

	"github.com/onrush/onrush/extension/ethereum"
	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
	"github.com/onrush/onrush/extension/internal/jstest"
)

const (
	patient = 40 * time.Second
	tick    = 20 * time.Millisecond
)

// counterABI is of the contract that newChain puts at 0x...c0: it answers any call with 7, and reverts when told to.
const counterABI = `[
	{"type":"function","name":"count","stateMutability":"view","inputs":[],"outputs":[{"name":"","type":"uint256"}]},
	{"type":"function","name":"add","stateMutability":"nonpayable","inputs":[{"name":"by","type":"uint256"}],"outputs":[]},
	{"type":"function","name":"refuse","stateMutability":"nonpayable","inputs":[],"outputs":[]},
	{"type":"constructor","inputs":[{"name":"start","type":"uint256"}]},
	{"type":"error","name":"InvalidNonce","inputs":[{"name":"expected","type":"uint256"},{"name":"provided","type":"uint256"}]}]`

// newChain is a VU with `client`, `account` (funded), `poor` (not), `counter` and `abi` as globals.
func newChain(t *testing.T, options string) (*jstest.VU, *rpctest.Node) {
	t.Helper()
	node := rpctest.New(t)
	node.DeployMulticall(chain.DefaultMulticall)
	node.Deploy(common.HexToAddress("0xc0"), func(input []byte) ([]byte, []byte) {
		if bytes.HasPrefix(input, crypto.Keccak256([]byte("refuse()"))[:4]) {
			return nil, common.FromHex("0x06427aeb" +
				"0000000000000000000000000000000000000000000000000000000000000005" +
				"0000000000000000000000000000000000000000000000000000000000000006")
		}
		return common.LeftPadBytes([]byte{7}, 32), nil
	})
	vu := newVUOf(t, ethereum.New())
	_, err := vu.Run(`
		globalThis.account = ethereum.mnemonicToAccount(junk);
		globalThis.poor = ethereum.mnemonicToAccount(junk, { addressIndex: 99 });
		globalThis.other = "0x00000000000000000000000000000000000000aa";
		globalThis.counter = "0x00000000000000000000000000000000000000c0";
		globalThis.abi = ` + counterABI + `;
		globalThis.url = "` + node.URL + `";
		globalThis.client = new ethereum.Client({ url, chainId: 14800, pollingInterval: 20, ` + options + ` });
		globalThis.caught = async (promise) => { try { await promise } catch (error) { return error } throw new Error("nothing was thrown") };`)
	require.NoError(t, err)
	node.Fund(common.HexToAddress(vu.MustText(`account.address`)), new(big.Int).Exp(big.NewInt(10), big.NewInt(20), nil))
	return vu, node
}

func TestClientReads(t *testing.T) {
	t.Parallel()
	vu, node := newChain(t, ``)
	node.Mine()
	for expression, want := range map[string]string{
		`client.getChainId()`:                           "14800",
		`client.getBlockNumber()`:                       "1",
		`client.getBlockNumber().then((n) => typeof n)`: "bigint",
		`client.getBlock().then((b) => [typeof b.number, b.gasLimit, b.baseFeePerGas, typeof b.timestamp])`: "bigint,30000000,1000000000,bigint",
		`client.getBalance({ address: account.address })`:                                                   "100000000000000000000",
		`client.getBalance({ address: account })`:                                                           "100000000000000000000",
		`client.getBalances({ addresses: [other, account] })`:                                               "0,100000000000000000000",
		`client.getBalances({ addresses: [] }).then((l) => l.length)`:                                       "0",
		`client.getTransactionCount({ address: other, blockTag: "pending" }).then((n) => typeof n + n)`:     "number0",
		`client.getCode({ address: counter })`:                                                              "0xfe",
		`client.getCode({ address: other })`:                                                                "0x",
		`client.getGasPrice()`:                                                                              "2000000000",
		`client.estimateGas({ account, to: other, value: 1n })`:                                             "50000",
		`client.estimateGas({ account: other, to: counter, data: "0x01" })`:                                 "50000",
		`client.estimateFeesPerGas().then((f) => [f.maxFeePerGas, f.maxPriorityFeePerGas, f.gasPrice])`:     "3000000000,1000000000,",
		`client.readContract({ address: counter, abi, functionName: "count" })`:                             "7",
		`client.readContract({ address: counter, abi, functionName: "count" }).then((n) => typeof n)`:       "bigint",
		`client.request({ method: "eth_chainId" })`:                                                         "0x39d0",
		`client.request({ method: "eth_getBlockByNumber", params: [1n, false] }).then((b) => b.number)`:     "0x1",
		`client.request({ method: "eth_getBlockByNumber", params: ["0x99", false] })`:                       "null",
		`client.multicall({ contracts: [{ address: counter, abi, functionName: "count" }, { address: counter, abi, functionName: "refuse" },
			{ address: other, abi, functionName: "count" }] }).then((l) => l.map((r) => r.status + (r.result ?? r.error.message)))`: "success7," +
			"failureexecution reverted: InvalidNonce(5, 6),failurecount at 0x00000000000000000000000000000000000000AA returned nothing: is there a contract?",
		`JSON.stringify(client)`: "{}",
	} {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
}

func TestClientSendsAndWaits(t *testing.T) {
	t.Parallel()
	vu, node := newChain(t, ``)
	vu.MustText(
		`client.sendTransaction({ account, to: other, value: 5n }).then((hash) => { globalThis.hash = hash; return hash })`,
	)
	node.Mine()
	require.Equal(t, "success,1,21000,true,true,true", vu.MustText(`client.waitForTransactionReceipt({ hash }).then((r) =>
		[r.status, r.blockNumber, r.gasUsed, r.transactionHash === hash, r.from === account.address, r.timeToMine > 0])`))
	require.Equal(t, "5", vu.MustText(`client.getBalance({ address: other })`))

	node.Automine = true
	require.Equal(
		t,
		"success",
		vu.MustText(`client.writeContract({ account, address: counter, abi, functionName: "add", args: [3n], gas: 80000 })
		.then((hash) => client.waitForTransactionReceipt({ hash })).then((r) => r.status)`),
	)
	require.Equal(t, "1,0x0000000000000000000000000000000000000000000000000000000000000007,bigint", vu.MustText(
		`client.writeContract({ account, address: counter, abi, functionName: "add", args: [3n] }).then((hash) =>
		client.waitForTransactionReceipt({ hash })).then((r) => [r.logs.length, r.logs[0].data, typeof r.logs[0].blockNumber])`))
	require.Equal(t, "true,0xfe", vu.MustText(`(async () => {
		const hash = await client.deployContract({ account, abi, bytecode: "0x6000", args: [1n] });
		const receipt = await client.waitForTransactionReceipt({ hash });
		return [receipt.to === null, await client.getCode({ address: receipt.contractAddress })] })()`))
	require.Equal(t, "reverted,InvalidNonce,5,6", vu.MustText(
		`client.writeContract({ account, address: counter, abi, functionName: "refuse", gas: 80000 })
		.then((hash) => client.waitForTransactionReceipt({ hash, abi })).then((r) => [r.status, r.revert.name, r.revert.args])`))

	require.Equal(t, "string,funds,string", vu.MustText(`client.sendTransactions([{ account, to: other, value: 1n },
		{ account: poor, to: other, value: 1n }, { account, to: other, value: 1n }]).then((l) => [typeof l[0].hash, l[1].error.kind, typeof l[2].hash])`))

	counts := totals(vu)
	require.InDelta(t, 7, counts["ethereum_txs_sent"], 0)
	require.InDelta(t, 1, counts["ethereum_txs_rejected"], 0)
	require.InDelta(t, 4, counts["ethereum_txs_included"], 0)
	require.InDelta(t, 1, counts["ethereum_txs_reverted"], 0)
	require.Positive(t, counts["ethereum_gas_used"])
	require.Positive(t, counts["ethereum_requests"])
	require.InDelta(t, 1, counts["ethereum_errors"], 0)
}

// totals adds the values of each metric pushed so far.
func totals(vu *jstest.VU) map[string]float64 {
	sums := map[string]float64{}
	for _, container := range metrics.GetBufferedSamples(vu.Samples) {
		for _, sample := range container.GetSamples() {
			sums[sample.Metric.Name] += sample.Value
		}
	}
	return sums
}

func TestClientErrors(t *testing.T) {
	t.Parallel()
	vu, node := newChain(t, `retryFor: 0`)
	describe := func(promise string) string {
		return vu.MustText(
			`caught(` + promise + `).then((e) => [e instanceof Error, e.kind, e.code, e.retryable, e.reason, e.message])`,
		)
	}
	require.Contains(
		t,
		describe(`client.request({ method: "no_such" })`),
		"true,protocol,-32601,false,,the method no_such",
	)
	require.Contains(
		t,
		describe(`client.sendTransaction({ account: poor, to: other, value: 1n })`),
		"true,funds,-32003,false,,insufficient funds",
	)
	require.Equal(
		t,
		"true,revert,3,false,,execution reverted: InvalidNonce(5, 6)",
		describe(`client.writeContract({ account, address: counter, abi, functionName: "refuse" })`),
	)
	require.Equal(
		t,
		"true,revert,3,false,,execution reverted: InvalidNonce(5, 6)",
		describe(`client.readContract({ address: counter, abi, functionName: "refuse" })`),
	)
	require.Equal(
		t,
		"InvalidNonce,5,6",
		vu.MustText(
			`caught(client.readContract({ address: counter, abi, functionName: "refuse" })).then((e) => [e.revert.name, e.revert.args])`,
		),
	)
	node.Fail("eth_getBalance", rpctest.TooMany("2.5"))
	require.Equal(
		t,
		"rate_limit,2500",
		vu.MustText(`caught(client.getBalance({ address: other })).then((e) => [e.kind, e.retryAfter])`),
	)
	require.Contains(
		t,
		describe(`client.waitForTransactionReceipt({ hash: "0x"+"11".repeat(32), timeout: 60 })`),
		"true,timeout,0,false,unconfirmed,transaction is in no block after 60ms",
	)
	require.Equal(t, "RPC endpoint is chain 14800, but CHAIN_ID says 1", vu.MustText(
		`caught(new ethereum.Client({ url, chainId: 1 }).getBalance({ address: other })).then((e) => e.message)`))
	require.Contains(
		t,
		describe(`new ethereum.Client({ url: "http://127.0.0.1:1", retryFor: 0 }).getChainId()`),
		"true,transport,0,true,,connection to http://127.0.0.1:1 failed",
	)

	runErrorsIn(t, vu, map[string]string{
		`new ethereum.Client()`:                                                         "options",
		`new ethereum.Client({ url: "localhost" })`:                                     "http",
		`new ethereum.Client({ url, timeout: -1 })`:                                     "options.timeout",
		`new ethereum.Client({ url, timeout: "3s" })`:                                   "options.timeout",
		`new ethereum.Client({ url, headers: { a: 1 } })`:                               "options.headers.a",
		`client.sendTransaction({ to: other })`:                                         "account is missing",
		`client.sendTransaction({ account: account.address, to: other })`:               "account",
		`client.sendTransaction({ account })`:                                           "to is missing",
		`client.sendTransaction({ account, to: other, value: -1n })`:                    "value",
		`client.sendTransaction({ account, to: other, value: 2n ** 256n })`:             "value",
		`client.sendTransaction({ account, to: other, gasPrice: 1, maxFeePerGas: 1 })`:  "not both",
		`client.sendTransaction({ account, to: "0x12" })`:                               "to",
		`client.sendTransactions({})`:                                                   "requests",
		`client.sendTransactions([{ account, to: other }, { to: other }])`:              "requests[1].account",
		`client.waitForTransactionReceipt({ hash: "0x12" })`:                            "hash",
		`client.readContract({ address: counter, abi, functionName: "nope" })`:          `no function "nope"`,
		`client.readContract({ abi, functionName: "count" })`:                           "address is missing",
		`client.multicall({ contracts: [{ address: counter }] })`:                       "contracts[0]",
		`client.writeContract({ account, address: counter, abi, functionName: "add" })`: "args",
		`client.deployContract({ account, abi, args: [1n] })`:                           "bytecode is missing",
		`client.getBalances({ addresses: [1] })`:                                        "addresses[0]",
		`client.getTransactionCount({ address: other, blockTag: "earliest" })`:          "blockTag",
		`client.request({ method: "x", params: {} })`:                                   "params",
		`client.request({ method: "x", params: [-1n] })`:                                "serialize a BigInt",
	})
}

func runErrorsIn(t *testing.T, vu *jstest.VU, cases map[string]string) {
	t.Helper()
	for expression, want := range cases {
		_, err := vu.Eval(expression)
		require.ErrorContains(t, err, want, expression)
		require.NotContains(t, err.Error(), "internal error", expression)
	}
}

func TestNoNetworkInInit(t *testing.T) {
	t.Parallel()
	vu, _ := newChain(t, ``)
	vu.VU.StateField = nil
	_, err := vu.Eval(`client.getBlockNumber()`)
	require.ErrorContains(t, err, "network calls are not allowed in init code")
}

func TestAbuseOfAClient(t *testing.T) {
	t.Parallel()
	vu, _ := newChain(t, `retryFor: 0, timeout: 500`)
	vu.Abuse(`Object.fromEntries(Object.getOwnPropertyNames(ethereum.Client.prototype).filter((n) => n !== "constructor")
		.map((n) => [n, (...args) => n === "waitForTransactionReceipt" ? undefined : client[n](...args)]))`)
}

// An iteration that ends takes its promises with it, but not its transactions, nor their counts.
func TestIterationsThatEnd(t *testing.T) {
	t.Parallel()
	vu, node := newChain(t, ``)
	require.Equal(t, "14800", vu.MustText(`client.getChainId()`))
	end := vu.Iteration()
	node.Fail("eth_sendRawTransaction", rpctest.Delay(time.Second))
	go func() {
		for node.Calls("eth_sendRawTransaction") == 0 {
			time.Sleep(tick)
		}
		end()
	}()
	_, err := vu.Eval(`client.sendTransaction({ account, to: other, value: 1n })`)
	require.ErrorContains(t, err, "iteration ended")
	vu.Iteration()
	require.Eventually(t, func() bool { return node.Pending() == 1 }, patient, tick)
	require.Eventually(t, func() bool {
		vu.MustText(`client.getBlockNumber()`)
		return totals(vu)["ethereum_txs_sent"] == 1
	}, patient, tick)
}
