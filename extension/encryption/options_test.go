package encryption_test

import (
	"testing"

	"github.com/onrush/onrush/extension/encryption"
)

func TestUnknownOptionsAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	newVU(t).CheckOptions("encryption", encryption.Accepted, map[string]string{
		"ServiceAccount": `new encryption.ServiceAccount({ file: "/nowhere", %s })`,
	}, []string{
		"pgpEncrypt",
		"PgpSession",
		"sha256",
		"PgpSession.encrypt",
		"ServiceAccount.toString",
		"eciesEncrypt",
		"ServiceAccount.toJSON",
		"ServiceAccount.signJwt",
		"eciesDecrypt",
		"pgpDecrypt",
		"ServiceAccount.sign",
	}, "testdata/options.json")
}
