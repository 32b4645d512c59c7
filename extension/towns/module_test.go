package towns_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/ethereum"
	"github.com/onrush/onrush/extension/internal/jstest"
	"github.com/onrush/onrush/extension/towns"
)

func newVU(t *testing.T, root *towns.Root) *jstest.VU {
	t.Helper()
	vu := jstest.New(t, map[string]modules.Module{"k6/x/towns": root, "k6/x/ethereum": ethereum.New()})
	_, err := vu.Runtime.VU.Runtime().RunString(prelude)
	require.NoError(t, err)
	return vu
}

// prelude has the first two accounts of the public test phrase, the first with the second as its device.
const prelude = `
	const phrase = "test test test test test test test test test test test junk";
	const [account, key] = [0, 1].map((addressIndex) => ethereum.mnemonicToAccount(phrase, { addressIndex }));
	const device = towns.createDelegate({ account, key, expiresAt: 1800000000000 });
	const channel = towns.streamId("channel", account);
	const session = new towns.GroupSession({ secret: "s", streamId: channel, senderKey: "device" });
	const thrown = (fn) => { try { fn() } catch (error) { return error.message } return "nothing" };
	const hello = () => device.event({ channelPayload: { message: session.encrypt({ post: { text: { body: "hello" } } }) }, prevMiniblockNum: 3 });
`

func TestVectorFromScripts(t *testing.T) {
	t.Parallel()
	vu := newVU(t, towns.New())
	_, err := vu.Runtime.VU.Runtime().RunString(`
		const made = device.event({
			salt: towns.hexToBase64("01".repeat(16)), createdAtEpochMs: 1700000000000,
			userPayload: { inception: { streamId: towns.hexToBase64(towns.streamId("user", account)) } },
		})`)
	require.NoError(t, err)
	for expression, want := range map[string]string{
		`made.id`: "f655285119f15bf0dd37a4e963caa83c04a61816ea21ef67a1d9797214822136",
		`towns.base64ToHex(made.envelope.signature)`: "f857e1f086d9b4454012ae1dc4c44267d780f35ec697e214fe0cc587a4442b50" +
			"7534aea6dc6018e0c2acd66011e133ed826166c0c48bd9d8e7def80da840b7dd01",
		`towns.base64ToHex(made.envelope.hash) === made.id`:     "true",
		`towns.base64ToHex(made.envelope.event).length / 2`:     "160",
		`Object.keys(made.envelope).join()`:                     "hash,signature,event",
		`towns.readEvent(made.envelope).creator`:                "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		`towns.readEvent(made.envelope).id === made.id`:         "true",
		`towns.readEvent(made.envelope).event.createdAtEpochMs`: "1700000000000",
		`towns.readEvent(made.envelope).createdAt`:              "1700000000000",
		`towns.readEvent(made.envelope).payload`:                "userPayload",
		`towns.readEvent(made.envelope).includes("")`:           "false",
		`device.address === account.address`:                    "true",
		`device.key === key.address`:                            "true",
		`device.expiresAt`:                                      "1800000000000",
		`towns.createDelegate({ account, expiresAt: 0 }).key === towns.createDelegate({ account, expiresAt: 0 }).key`: "false",
	} {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
}

func TestMessagesFromScripts(t *testing.T) {
	t.Parallel()
	vu := newVU(t, towns.New())
	for expression, want := range map[string]string{
		`session.decrypt(towns.readEvent(hello().envelope).event.channelPayload.message).post.text.body`:                                                                               "hello",
		`towns.readEvent(hello().envelope).event.prevMiniblockNum`:                                                                                                                     "3",
		`session.decryptEvent(towns.readEvent(hello().envelope)).post.text.body`:                                                                                                       "hello",
		`session.decryptEvent(towns.readEvent(device.event({ userPayload: {} }).envelope))`:                                                                                            "undefined",
		`new towns.GroupSession({ secret: "another", streamId: channel }).decryptEvent(towns.readEvent(hello().envelope))`:                                                             "undefined",
		`((twice) => { session.decryptEvent(twice); return new towns.GroupSession({ secret: "another", streamId: channel }).decryptEvent(twice) })(towns.readEvent(hello().envelope))`: "undefined",
		`session.encrypt({ reaction: { refEventId: "ab", reaction: "🌊" } }).refEventId`:                                                                                                "ab",
		`session.decrypt(session.encrypt({ reaction: { refEventId: "ab", reaction: "🌊" } })).reaction.reaction`:                                                                        "🌊",
		`session.encrypt({ post: { text: { body: "b" } } }).sessionIdBytes === session.id`:                                                                                             "true",
		`session.encrypt({ post: {} }).senderKey`:                                                                                                                                      "device",
		`session.decryptUsername(session.encryptUsername("Ada"))`:                                                                                                                      "Ada",
		`new towns.GroupSession({ secret: "s", streamId: channel }).decrypt(session.encrypt({ post: { threadId: "c" } })).post.threadId`:                                               "c",
		`new towns.GroupSession({ secret: "s", streamId: channel, miniblock: { num: "0", hash: towns.hexToBase64("00".repeat(32)) } }).id === session.id`:                              "true",
		`new towns.GroupSession({ secret: "s", streamId: channel, miniblock: { num: 1, hash: towns.hexToBase64("00".repeat(32)) } }).id === session.id`:                                "false",
	} {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
}

func TestStreamIDsFromScripts(t *testing.T) {
	t.Parallel()
	vu := newVU(t, towns.New())
	for expression, want := range map[string]string{
		`channel`: "20f39fd6e51aad88f6f4ce6ab8827279cfffb922660000000000000000000000",
		`towns.streamId("settings", account.address)`:                   "a5f39fd6e51aad88f6f4ce6ab8827279cfffb922660000000000000000000000",
		`JSON.stringify(towns.parseStreamId("0x" + channel))`:           `{"kind":"channel","address":"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"}`,
		`towns.parseStreamId(towns.newChannelId(account.address)).kind`: "channel",
		`towns.newChannelId(account.address) === channel`:               "false",
		`towns.hexToBase64("0x0102") + towns.hexToBase64("0102")`:       "AQI=AQI=",
		`towns.base64ToHex(towns.hexToBase64(channel)) === channel`:     "true",
		`towns.hexToBase64("")`:                                         "",
	} {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
}

func TestMistakesOfScripts(t *testing.T) {
	t.Parallel()
	vu := newVU(t, towns.New())
	for expression, want := range map[string]string{
		`towns.createDelegate({ account: account.address, expiresAt: 0 })`: "account: want an account of k6/x/ethereum, got a string",
		`towns.createDelegate({ account })`:                                "expiresAt: want a bigint, a whole number or a string of digits, got undefined",
		`towns.createDelegate({ account, expiresAt: -1 })`:                 "expiresAt: want a number from 0 to 9007199254740991",
		`towns.createDelegate({ account, expiresAt: 0, key: "0x01" })`:     "key: want an account of k6/x/ethereum, got a string",
		`device.event()`: "event: want an object, got undefined",
		`device.event({ userPayload: { inception: { streamID: "" } } })`:            `StreamEvent: unknown field "streamID"`,
		`device.event({ prevMiniblockNum: 1n, userPayload: {} })`:                   "TypeError: Do not know how to serialize a BigInt",
		`device.event({ userPayload: { inception: { streamId: channel + "?" } } })`: "StreamEvent: invalid value for bytes field streamId",
		`device.event([])`:          "event: want an object, got an array",
		`device.event.call({}, {})`: "Delegate.event was called on something that is not a Delegate",
		`towns.readEvent(1)`:        "envelope: want an object, got a number",
		`towns.readEvent({ ...hello().envelope, hash: undefined })`:                       "envelope.hash: want a string, got undefined",
		`towns.readEvent({ ...hello().envelope, event: "?" })`:                            "envelope.event: not base64",
		`towns.readEvent({ ...hello().envelope, event: "" })`:                             "event: its hash is not that of its bytes",
		`towns.readEvent({ ...hello().envelope, signature: hello().envelope.signature })`: "has not permitted the key that signed it",
		`towns.knownEvent()`: "reference: want an object, got undefined",
		`towns.knownEvent({ ...hello().envelope, hash: "?" })`: "reference.hash: not base64",
		`towns.readEvent(hello().envelope).includes("?")`:      "hash: not base64",
		`session.decryptEvent({})`:                             "event: want what readEvent gave, got an object",
		`session.decryptEvent(towns.readEvent(device.event({ channelPayload: { message: { sessionIdBytes: session.id } } }).envelope))`:                                                          "encrypted data: its algorithm is not grpaes",
		`session.decryptEvent(towns.readEvent(device.event({ channelPayload: { message: ((data) => ({ ...data, ciphertextBytes: data.ivBytes }))(session.encrypt({ post: {} })) } }).envelope))`: "encrypted data: it was changed",
		`new towns.StreamAudit()`:                                   "next: want a bigint, a whole number or a string of digits, got undefined",
		`new towns.StreamAudit(-1)`:                                 "next: want a number from 0",
		`new towns.StreamAudit(0).take({})`:                         "event: want what readEvent gave, got an object",
		`new towns.StreamAudit(0).awaits("ab")`:                     "id: want an event's id, got a string",
		`towns.streamId("town", account)`:                           "kind: not a kind of stream: want space, channel",
		`towns.streamId("space", "0x01")`:                           "address: want an address of 20 bytes, got 1",
		`towns.parseStreamId("10")`:                                 "stream id: not the id of a stream: want 64 hex digits",
		`towns.hexToBase64("abc")`:                                  "hex: not hex: an odd number of digits",
		`towns.base64ToHex("a")`:                                    "base64: not base64",
		`new towns.GroupSession({ secret: "", streamId: channel })`: "secret: must not be empty",
		`new towns.GroupSession({ secret: "s", streamId: "20" })`:   "streamId: not the id of a stream",
		`new towns.GroupSession({ secret: "s", streamId: channel, miniblock: { num: 0, hash: "AQ==" } })`: "miniblock.hash: want 32 bytes, got 1",
		`session.encrypt("hello")`:                                                      "message: want an object, got a string",
		`session.encrypt({ post: { body: "hello" } })`:                                  `ChannelMessage: unknown field "body"`,
		`session.decrypt({ ...session.encrypt({ post: {} }), sessionIdBytes: "AQ==" })`: "encrypted data: it is of another session",
	} {
		_, err := vu.Eval(expression)
		require.ErrorContains(t, err, want, expression)
	}
}

func TestAuditFromScripts(t *testing.T) {
	t.Parallel()
	vu := newVU(t, towns.New())
	_, err := vu.Runtime.VU.Runtime().RunString(`
		const [one, two] = [hello(), hello()].map(({ envelope }) =>
			({ event: towns.readEvent(envelope), hash: envelope.hash }));
		const header = (num, ...events) => towns.readEvent(device.event({
			miniblockHeader: { miniblockNum: num, eventHashes: events.map(({ hash }) => hash), none: {} },
		}).envelope);
		const audit = new towns.StreamAudit("3");
		const after = (event) => { audit.take(event); return audit.lost };
		const lost = [after(one.event), audit.awaits(one.event.id), after(header(3, one, two)), audit.awaits(one.event.id), after(two.event), after(header(5))].join()`)
	require.NoError(t, err)
	require.Equal(t, "0,true,1,false,0,1", vu.MustText(`lost`))
	require.Equal(
		t,
		"true",
		vu.MustText(`String(header(1, one).includes(one.hash) && !header(1, one).includes(two.hash))`),
	)
}

// What one VU has proven is proven for all, and nothing else is.
func TestRootsAreShared(t *testing.T) {
	t.Parallel()
	root := towns.New()
	one, two := newVU(t, root), newVU(t, root)
	envelope := one.MustText(
		`(() => { const made = hello().envelope; towns.readEvent(made); return JSON.stringify(made) })()`,
	)
	require.NoError(t, two.Runtime.VU.Runtime().Set("text", envelope))
	require.Equal(t, "hello", two.MustText(`session.decryptEvent(towns.knownEvent(JSON.parse(text))).post.text.body`))
	require.Equal(
		t,
		"undefined",
		two.MustText(
			`String([{ ...JSON.parse(text), signature: hello().envelope.signature }, hello().envelope, { hash: "", signature: "" }].map(towns.knownEvent).find(Boolean))`,
		),
	)
	require.Equal(
		t,
		"hello",
		two.MustText(`session.decrypt(towns.readEvent(JSON.parse(text)).event.channelPayload.message).post.text.body`),
	)
	_, err := two.Eval(`towns.readEvent({ ...JSON.parse(text), signature: hello().envelope.signature })`)
	require.ErrorContains(t, err, "has not permitted the key that signed it")
}

func TestKeysStayInGo(t *testing.T) {
	t.Parallel()
	vu := newVU(t, towns.New())
	require.Equal(t, `["address","key","expiresAt"]`, vu.MustText(`JSON.stringify(Object.getOwnPropertyNames(device))`))
	for _, handle := range []string{"device", "session"} {
		require.Equal(
			t,
			"[]",
			vu.MustText(
				`JSON.stringify(Object.getOwnPropertySymbols(`+handle+`).flatMap((key) => Reflect.ownKeys(`+handle+`[key])))`,
			),
		)
	}
	require.NotContains(t, vu.MustText(`JSON.stringify([device, session, hello()])`), "59c6995e")
}

func TestNothingCrashes(t *testing.T) {
	t.Parallel()
	vu := newVU(t, towns.New())
	vu.Abuse(`towns`)
	vu.Abuse(
		`({ event: (...args) => device.event(...args), encrypt: (...args) => session.encrypt(...args), decrypt: (...args) => session.decrypt(...args), decryptEvent: (...args) => session.decryptEvent(...args) })`,
	)
	vu.Abuse(`towns.readEvent(hello().envelope)`)
	vu.Abuse(
		`({ audit: (next) => new towns.StreamAudit(next), take: (event) => new towns.StreamAudit(0).take(event), awaits: (id) => new towns.StreamAudit(0).awaits(id) })`,
	)
}

func BenchmarkEventFromScripts(b *testing.B) {
	vu := jstest.New(b, map[string]modules.Module{"k6/x/towns": towns.New(), "k6/x/ethereum": ethereum.New()})
	rt := vu.VU.Runtime()
	_, err := rt.RunString(prelude)
	require.NoError(b, err)
	for name, script := range map[string]string{"make": `hello()`, "read": `session.decryptEvent(towns.readEvent(sent.envelope))`, "look": `towns.readEvent(sent.envelope).payload`} {
		b.Run(name, func(b *testing.B) {
			_, err := rt.RunString(`var sent = hello()`)
			require.NoError(b, err)
			for b.Loop() {
				if _, err := rt.RunString(script); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
