/**
 * Where the data-portability contracts live: the same on Vana's main network (1480), on Moksha (14800) and in the sandbox, which
 * places its own contracts at these addresses because clients in the wild have them compiled in.
 */
export const addresses = {
  permissions: "0xD54523048AdD05b4d734aFaE7C68324Ebb7373eF",
  servers: "0x1483B1F634DBA75AeaE60da7f01A679aabd5ee2c",
  grantees: "0x8325C0A0948483EdA023A1A2Fd895e62C5131234",
  registry: "0x8C8788f98385F6ba1adD4234e551ABba0f82Cb7C",
} as const;
