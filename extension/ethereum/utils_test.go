package ethereum_test

import "testing"

func TestUtils(t *testing.T) {
	t.Parallel()
	run(t, map[string]string{
		`ethereum.keccak256("0x")`:                                              "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
		`ethereum.keccak256(new Uint8Array([0x61]))`:                            "0x3ac225168df54212a25c1c01fd35bebfea408fdac2e31ddd6f80a4bbf9a5f1cb",
		`ethereum.keccak256(new Uint8Array([0x61]).buffer)`:                     "0x3ac225168df54212a25c1c01fd35bebfea408fdac2e31ddd6f80a4bbf9a5f1cb",
		`ethereum.getAddress("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")`:     "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		`ethereum.getAddress("0xF39FD6E51AAD88F6F4CE6AB8827279CFFFB92266")`:     "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		`ethereum.parseEther("1")`:                                              "1000000000000000000",
		`ethereum.parseEther("0.000000000000000001")`:                           "1",
		`ethereum.parseEther(".5")`:                                             "500000000000000000",
		`ethereum.parseEther("-1.50")`:                                          "-1500000000000000000",
		`ethereum.parseEther("123456789.123456789123456789")`:                   "123456789123456789123456789",
		`ethereum.parseEther("1.5000000000000000000000000")`:                    "1500000000000000000",
		`typeof ethereum.parseEther("1")`:                                       "bigint",
		`ethereum.parseGwei("2.5")`:                                             "2500000000",
		`ethereum.formatEther(1n)`:                                              "0.000000000000000001",
		`ethereum.formatEther(10n ** 18n)`:                                      "1",
		`ethereum.formatEther(-15n * 10n ** 17n)`:                               "-1.5",
		`ethereum.formatEther(0n)`:                                              "0",
		`ethereum.formatEther(ethereum.parseEther("98765.000000000000004321"))`: "98765.000000000000004321",
	})
	runErrors(t, map[string]string{
		`ethereum.keccak256("61")`:                                          "data: want hex that starts with 0x",
		`ethereum.keccak256("0x6")`:                                         "data: not hex: an odd number of digits",
		`ethereum.keccak256("0xzz")`:                                        "data: not hex: a character that is no hex digit",
		`ethereum.getAddress("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92267")`: "its checksum (EIP-55",
		`ethereum.getAddress("f39fd6e51aad88f6f4ce6ab8827279cfffb92266")`:   "not an address",
		`ethereum.parseEther("")`:                                           "ether: want a decimal number such as 0.25",
		`ethereum.parseEther(".")`:                                          "want a decimal number",
		`ethereum.parseEther("1e18")`:                                       "want a decimal number",
		`ethereum.parseEther("1.2.3")`:                                      "want a decimal number",
		`ethereum.parseEther("0.0000000000000000001")`:                      "want 18 digits after the point at most",
		`ethereum.parseEther(1)`:                                            "ether: want a string, got a number",
		`ethereum.parseGwei("0.0000000001")`:                                "want 9 digits",
		`ethereum.formatEther("x")`:                                         "wei: want an integer",
	})
}
