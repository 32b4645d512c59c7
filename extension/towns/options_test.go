package towns_test

import (
	"testing"

	"github.com/onrush/onrush/extension/towns"
)

func TestUnknownOptionsAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	newVU(t, towns.New()).CheckOptions("towns", towns.Accepted, map[string]string{
		"createDelegate":         `towns.createDelegate({ account, expiresAt: 1, %s })`,
		"GroupSession":           `new towns.GroupSession({ secret: "s", streamId: channel, %s })`,
		"GroupSession miniblock": `new towns.GroupSession({ secret: "s", streamId: channel, miniblock: { num: 1, hash: "", %s } })`,
	}, []string{
		"streamId",
		"readEvent",
		"knownEvent",
		"GroupSession.encrypt",
		"hexToBase64",
		"base64ToHex",
		"GroupSession.decrypt",
		"GroupSession.decryptEvent",
		"GroupSession.encryptUsername",
		"GroupSession.decryptUsername",
		"StreamAudit",
		"StreamAudit.take",
		"parseStreamId",
		"StreamAudit.awaits",
		"newChannelId",
	}, "testdata/options.json")
}
