/**
 * How a signed request is answered: `submitted` with the hash, as the original's own server; `signed` with the hash, which is all the published alpha client
 * understands; `pending` at once with an id to ask for.
 */
export const relayModes = ["submitted", "signed", "pending"] as const;
export type RelayMode = (typeof relayModes)[number];
