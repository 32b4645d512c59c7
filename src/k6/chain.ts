import { Client, type Mnemonic } from "k6/x/ethereum";
import type { ChainSettings } from "../core/settings/common.ts";

/** A client of the configured chain. No I/O here; connections, nonces and the block follower are the process's, not the client's. */
export function clientOf(values: Omit<ChainSettings, "ALLOW_CHAIN">, retryFor = values.RETRY_FOR): Client {
  return new Client({
    url: values.RPC_URL,
    chainId: values.CHAIN_ID,
    multicallAddress: values.MULTICALL_ADDRESS,
    timeout: values.RPC_TIMEOUT,
    retryFor,
  });
}

/** The phrase of a run: its file where one is named, which Go reads, so that it never enters JavaScript. */
export function phraseOf(values: { readonly MNEMONIC: string; readonly MNEMONIC_FILE?: string | undefined }): Mnemonic {
  return values.MNEMONIC_FILE === undefined ? values.MNEMONIC : { file: values.MNEMONIC_FILE };
}
