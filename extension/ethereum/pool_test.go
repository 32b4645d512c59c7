package ethereum_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/ethereum"
)

const poolOptions = `{ name: "p", mnemonic: junk, offset: 100, instance: 0, instances: 1, planned: 10, size: 4 }`

func TestPoolFromScripts(t *testing.T) {
	t.Parallel()
	vu := newVU(t)
	value, err := vu.Run(`
		const pool = new ethereum.WalletPool(` + poolOptions + `);
		const seen = [];
		const say = (...values) => seen.push(values.join(" "));
		say(pool instanceof ethereum.WalletPool, pool.address(0), pool.account(1),
			pool.account(0).address === pool.address(0));
		const early = pool.take({ timeout: 5000 });
		const batch = await pool.demand({ max: 3 });
		say("batch", batch, Array.isArray(batch), pool.stats().reserved, pool.stats().highest);
		say(pool.offer([batch[0], batch[1]]));
		pool.giveBack([batch[2]]);
		const wallet = await early;
		say(wallet.index, wallet.account, Object.keys(wallet), wallet.waited >= 0, wallet.account.signMessage({ message: "x" }).length);
		const second = await pool.take({ timeout: 0 });
		say(second.index, JSON.stringify(pool.stats()));
		try { await pool.take({ timeout: 20 }) } catch (e) { say(e instanceof Error, e.name, e.kind, e.retryable, e.message) }
		say(await pool.demand({ max: 4, deadline: Date.now() - 1 }));
		say("again", await pool.demand({ max: 100 }));
		pool.close();
		try { await pool.take({ timeout: 20 }) } catch (e) { say(e.kind, e.message) }
		say(await pool.demand({ max: 1 }));
		return seen.join("\n");
	`)
	require.NoError(t, err)
	require.Equal(t, `true 0x8C3229EC621644789d7F61FAa82c6d0E5F97d43D 0x9586A4833970847aef259aD5BFB7aa8901DDf746 true
batch 0,1,2 true 3 2

0 0x8C3229EC621644789d7F61FAa82c6d0E5F97d43D index,account,waited true 132
1 {"waiting":0,"reserved":0,"taken":2,"offered":2,"highest":2,"takers":0}
true EthereumError timeout true no funded wallet within 20ms: pool of 4, 0 waiting, 0 being funded

again 2,3,4,5
funds the wallet pool is closed and has no funded wallet left
`, value.String())
}

func TestPoolIsSharedByName(t *testing.T) {
	t.Parallel()
	root := ethereum.New()
	worker, user := newVUOf(t, root), newVUOf(t, root)
	const open = `new ethereum.WalletPool(` + poolOptions + `)`
	require.Equal(
		t,
		"0,1",
		worker.MustText(
			`(async () => { const p = `+open+`; const got = await p.demand({ max: 2 }); p.offer(got); return got })()`,
		),
	)
	require.Equal(t, "0", user.MustText(open+`.take({ timeout: 1000 }).then((w) => w.index)`))
	require.Equal(t, "1", worker.MustText(open+`.take({ timeout: 1000 }).then((w) => w.index)`))
	other := `new ethereum.WalletPool({ ...` + poolOptions + `, name: "other" })`
	require.Equal(t, "-1", user.MustText(other+`.stats().highest`))
}

func TestPoolSurvivesCutIterations(t *testing.T) {
	t.Parallel()
	root := ethereum.New()
	worker, user := newVUOf(t, root), newVUOf(t, root)
	const open = `new ethereum.WalletPool(` + poolOptions + `)`

	end := worker.Iteration()
	require.Equal(t, "0,1,2,3", worker.MustText(open+`.demand({ max: 4 })`))
	end() // and with it the reservation
	worker.Iteration()
	require.Eventually(
		t,
		func() bool { return worker.MustText(open+`.stats().reserved`) == "0" },
		5*time.Second,
		time.Millisecond,
	)

	end = user.Iteration()
	go func() {
		for queued := "0"; queued != "1"; queued = worker.MustText(open + `.stats().takers`) {
			runtime.Gosched()
		}
		end()
	}()
	require.Equal(t, "ended", user.MustText(open+`.take({ timeout: 60000 }).catch((e) => e.reason)`))
	user.Iteration()
	require.Eventually(
		t,
		func() bool { return user.MustText(open+`.stats().takers`) == "0" },
		5*time.Second,
		time.Millisecond,
	)

	require.Equal(
		t,
		"0,1,2,3",
		worker.MustText(
			`(async () => { const p = `+open+`; const got = await p.demand({ max: 4 }); p.offer(got); return got })()`,
		),
	)
	require.Equal(t, "0", user.MustText(open+`.take({ timeout: 1000 }).then((w) => w.index)`))
}

func TestPoolErrors(t *testing.T) {
	t.Parallel()
	with := func(change string) string {
		return `new ethereum.WalletPool({ ...` + poolOptions + `, ` + change + ` })`
	}
	const pool = `new ethereum.WalletPool(` + poolOptions + `)`
	runErrors(t, map[string]string{
		`new ethereum.WalletPool()`:                 "options: want an object, got undefined",
		`new ethereum.WalletPool({})`:               "options.name: want a string, got undefined",
		with(`size: 0`):                             "options.size: want at least 1",
		with(`size: undefined`):                     "options.size: want a bigint, a whole number",
		with(`instance: 1`):                         "options.instance: want 0 to 0",
		with(`offset: -1`):                          "options.offset: want a number from 0",
		with(`mnemonic: "nonsense"`):                "the mnemonic has 1 words",
		with(`planned: 2 ** 31 - 1`):                "beyond index 2147483647",
		pool + `.take()`:                            "parameters: want an object, got undefined",
		pool + `.take({ timeout: "soon" })`:         "timeout: want an integer",
		pool + `.demand({ max: 0 })`:                "max: want at least 1",
		pool + `.demand({ max: 1, deadline: NaN })`: "deadline: want milliseconds since 1970",
		pool + `.offer([0])`:                        "wallet 0 is not reserved",
		pool + `.offer(0)`:                          "indices: want an array, got a number",
		pool + `.giveBack(["x"])`:                   "indices[0]: want an integer",
		pool + `.address(-1)`:                       "index: want a number from 0",
		pool + `.address(2 ** 31 - 1)`:              fmt.Sprintf("index: want 0 to %d", 1<<31-1-100),
	})
}
