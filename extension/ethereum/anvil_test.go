package ethereum_test

import (
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// startAnvil runs the node that the repository's sandbox uses, with blocks of a second, on a free port; it ends with
// the test.
func startAnvil(t *testing.T) (url string, process *exec.Cmd) {
	t.Helper()
	found, _ := filepath.Glob("../../node_modules/@foundry-rs/anvil-*/bin/anvil")
	if len(found) == 0 {
		t.Skip("anvil is not installed: run npm install")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	process = exec.Command(found[0], "--port", fmt.Sprint(port), "--block-time", "1", "--chain-id", "14800", "--silent")
	require.NoError(t, process.Start())
	t.Cleanup(func() {
		_ = process.Process.Kill()
		_ = process.Wait()
	})
	address := fmt.Sprintf("127.0.0.1:%d", port)
	require.Eventually(t, func() bool {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}, patient, tick)
	return "http://" + address, process
}

// refuser is the creation code of a contract that answers everything with the custom error InvalidNonce(5, 6).
var refuser = "0x6033600c60003960336000f3" +
	"7f06427aeb" + strings.Repeat("00", 28) + "600052" + "6005600452" + "6006602452" + "60446000fd"

func TestOnARealNode(t *testing.T) {
	t.Parallel()
	url, anvil := startAnvil(t)
	vu := newVU(t)
	_, err := vu.Run(`
		globalThis.abi = ` + counterABI + `.filter((item) => item.type !== "constructor");
		globalThis.client = new ethereum.Client({ url: "` + url + `", chainId: 14800, retryFor: 60000 });
		globalThis.accounts = [0, 1, 2].map((addressIndex) => ethereum.mnemonicToAccount(junk, { addressIndex }));
		globalThis.target = ethereum.mnemonicToAccount(junk, { addressIndex: 500 }).address;
		globalThis.mined = async (hash) => client.waitForTransactionReceipt({ hash });`)
	require.NoError(t, err)

	t.Run("reads at the block that is asked for", func(t *testing.T) {
		// Its code returns the number of the block that it runs in.
		_, err := vu.Run(`
			const counting = "0x6007600c60003960076000f3" + "435f5260205ff3";
			const sent = await client.deployContract({ account: accounts[0], abi, bytecode: counting, gas: 200000 });
			globalThis.deployed = await mined(sent);
			globalThis.then = deployed.blockNumber;
			globalThis.fresh = ethereum.mnemonicToAccount(junk, { addressIndex: 501 }).address;
			globalThis.paid = await mined(await client.sendTransaction({ account: accounts[0], to: fresh, value: 5n }));
			globalThis.number = { address: deployed.contractAddress, abi, functionName: "count" };`)
		require.NoError(t, err)
		for expression, want := range map[string]string{
			`(await client.getBlock({ blockNumber: then })).number === then`:                                      "true",
			`(await client.getBlock({ blockNumber: then })).hash === deployed.blockHash`:                          "true",
			`(await client.getBlock()).number >= paid.blockNumber`:                                                "true",
			`(await client.getBlock({ blockTag: "latest" })).number >= paid.blockNumber`:                          "true",
			`client.getBalance({ address: fresh, blockNumber: paid.blockNumber - 1n })`:                           "0",
			`client.getBalance({ address: fresh, blockNumber: paid.blockNumber })`:                                "5",
			`client.getBalance({ address: fresh })`:                                                               "5",
			`client.getBalances({ addresses: [fresh, target], blockNumber: then - 1n }).then((all) => all[0])`:    "0",
			`client.getBalances({ addresses: [fresh] })`:                                                          "5",
			`client.getCode({ address: deployed.contractAddress, blockNumber: then - 1n })`:                       "0x",
			`client.getCode({ address: deployed.contractAddress, blockNumber: then })`:                            "0x435f5260205ff3",
			`(await client.readContract({ ...number, blockNumber: then })) === then`:                              "true",
			`(await client.readContract(number)) > then`:                                                          "true",
			`client.multicall({ contracts: [number], blockNumber: then }).then(([read]) => read.result === then)`: "true",
			`(await client.getTransactionCount({ address: accounts[0].address, blockNumber: paid.blockNumber })) -
				(await client.getTransactionCount({ address: accounts[0].address, blockNumber: then - 1n })) >= 2`: "true",
		} {
			require.Equal(t, want, vu.MustText(expression), expression)
		}
		_, err = vu.Eval(`client.getBlock({ blockNumber: 10n ** 9n })`)
		require.ErrorContains(t, err, "has no block 0x3b9aca00")
		_, err = vu.Eval(`client.readContract({ ...number, blockNumber: then - 1n })`)
		require.ErrorContains(t, err, "returned nothing")
	})

	t.Run("concurrent transfers from three accounts", func(t *testing.T) {
		require.Equal(t, "success:150,20025", vu.MustText(`(async () => {
			const hashes = await Promise.all(Array.from({ length: 150 }, (_, i) =>
				client.sendTransaction({ account: accounts[i % 3], to: target, value: BigInt(59 + i) })));
			const statuses = {};
			for (const { status } of await Promise.all(hashes.map(mined))) statuses[status] = (statuses[status] ?? 0) + 1;
			return [Object.entries(statuses).map((entry) => entry.join(":")), await client.getBalance({ address: target })] })()`))
	})
	t.Run("a batch with a bad one", func(t *testing.T) {
		require.Equal(t, "true,funds,true,success", vu.MustText(`(async () => {
			const poor = ethereum.mnemonicToAccount(junk, { addressIndex: 501 });
			const results = await client.sendTransactions([{ account: accounts[0], to: target, value: 1n },
				{ account: poor, to: target, value: 1n }, { account: accounts[0], to: target, value: 1n }]);
			const last = await mined(results[2].hash);
			return [!!results[0].hash, results[1].error.kind, !!results[2].hash, last.status] })()`))
	})
	t.Run("custom errors", func(t *testing.T) {
		require.Equal(
			t,
			"execution reverted: InvalidNonce(5, 6)|execution reverted: InvalidNonce(5, 6)|reverted|InvalidNonce|5,6",
			vu.MustText(`(async () => {
			const { contractAddress: address } = await mined(await client.deployContract({ account: accounts[1], abi, bytecode: "`+refuser+`" }));
			const call = { address, abi, functionName: "refuse" };
			const message = (promise) => promise.then(() => "none", (error) => error.message);
			const hash = await client.writeContract({ ...call, account: accounts[1], gas: 100000 });
			const receipt = await client.waitForTransactionReceipt({ hash, abi });
			return [await message(client.readContract({ ...call, functionName: "count" })), await message(client.writeContract({ ...call, account: accounts[1] })),
				receipt.status, receipt.revert.name, receipt.revert.args].join("|") })()`),
		)
	})
	t.Run("a node that stops for a while", func(t *testing.T) {
		require.NoError(t, anvil.Process.Signal(syscall.SIGSTOP))
		time.AfterFunc(5*time.Second, func() { _ = anvil.Process.Signal(syscall.SIGCONT) })
		require.Equal(t, "20", vu.MustText(`(async () => {
			const before = await client.getBalance({ address: target });
			const pay = (_, i) => client.sendTransaction({ account: accounts[i % 3], to: target, value: 1n });
			const hashes = await Promise.all(Array.from({ length: 20 }, pay));
			await Promise.all(hashes.map(mined));
			return await client.getBalance({ address: target }) - before })()`))
	})
	t.Run("a node that loses its pool", func(t *testing.T) {
		require.Equal(t, "success", vu.MustText(`(async () => {
			const hash = await client.sendTransaction({ account: accounts[2], to: target, value: 1n });
			await client.request({ method: "anvil_dropTransaction", params: [hash] });
			return (await mined(hash)).status })()`))
	})
}
