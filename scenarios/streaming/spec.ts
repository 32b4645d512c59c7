import { showEndpoint } from "../../src/core/endpoint.ts";
import { fundingMetrics } from "../../src/core/metrics.ts";
import type { ScenarioSpec } from "../../src/core/scenario.ts";
import { answerProofs } from "./model/answer.ts";
import { permissionProofs } from "./model/permission.ts";
import { profiles } from "./profiles.ts";
import { requiredByTarget, streamingTable, targets } from "./settings.ts";

/** What a data-portability user does, in order. */
const steps = [
  "wallet", // a funded one from the pool
  "key", // signing the fixed text gives the file's password
  "encrypt",
  "upload", // the file
  "grantee", // read on chain
  "grant", // upload of the grant
  "identity", // the personal server's key for this user
  "share", // the file's password, encrypted for that key
  "sign", // the user's nonce, and the EIP-712 signature
  "submit", // the transaction
  "confirm", // its receipt, and that the permission is this user's
  "request", // the inference
  "infer", // polled to its end
  "prove", // the answer can only come from the user's file
] as const;

const onLoopback = (url: string) => /^https?:\/\/(127\.|localhost|\[::1\])/.test(showEndpoint(url));

/** The data-portability scenario. */
export const spec: ScenarioSpec<ReturnType<typeof streamingTable>> = {
  name: "streaming",
  byDefault: true,
  about: "data portability: users arrive continuously, get a funded wallet and run the whole flow",
  get table() {
    return streamingTable();
  },
  profiles,
  targets,
  required: requiredByTarget,
  steps,
  details: [
    { kind: "proof", steps: ["confirm"], names: permissionProofs },
    { kind: "proof", steps: ["prove"], names: answerProofs },
    {
      kind: "revert",
      steps: ["submit", "confirm"],
      names: [
        "InvalidNonce",
        "InvalidSignature",
        "ECDSAInvalidSignature",
        "GranteeNotFound",
        "EmptyGrant",
        "NotFileOwner",
        "AccessControlUnauthorizedAccount",
      ],
    },
  ],
  expectedDuration: 5_000,
  uses: ["ethereum", "process", "funding"],
  // The relayer pays: nobody waits for funds.
  unmeasured: ({ SUBMIT }) => (SUBMIT === "relay" ? [fundingMetrics("streaming").walletWait.name] : []),
  labels: (values) => [
    ...(onLoopback(values.RPC_URL) ? ["sandbox numbers: every service on one machine, a simulated model"] : []),
    ...(values.PROOF === "status" ? ["PROOF=status: successes rest on the server's word, not on its answer"] : []),
    ...(values.ENCRYPT === "precomputed"
      ? ["ENCRYPT=precomputed: one password, hashed once, for all users of a VU"]
      : []),
    ...(values.SUBMIT === "relay" ? ["SUBMIT=relay: the relayer pays"] : []),
  ],
};
