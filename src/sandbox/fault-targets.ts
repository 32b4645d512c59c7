// Which service a fault is for. The relayer shares the app's port, and may be named as if it had its own.
import { type Fault, FaultError } from "./faults.ts";
import type { Controls } from "./service.ts";

const RELAYER = { host: "app", path: "/api/relay" } as const;
/** The app's faults that are the relayer's own and take no path. */
const RELAYER_FLAGS = ["error200", "relay-answer"];

/** @throws FaultError that names the known services */
export function serviceNamed(services: readonly Controls[], name: unknown): Controls {
  const found = services.find((candidate) => candidate.name === (name === "relayer" ? RELAYER.host : name));
  if (!found) {
    const known = [...services.map((candidate) => candidate.name), "relayer"].join(", ");
    throw new FaultError(`the sandbox has no service ${JSON.stringify(name)}; known: ${known}`);
  }
  return found;
}

/** Switches on the fault of `{service, fault, ...fields}`. @throws FaultError */
export async function setFault(
  services: readonly Controls[],
  { service: name, ...fault }: Record<string, unknown>,
): Promise<Fault & { service: string }> {
  const service = serviceNamed(services, name);
  const narrowed =
    name === "relayer" && !RELAYER_FLAGS.includes(String(fault.fault)) ? { path: RELAYER.path, ...fault } : fault;
  return { service: service.name, ...(await service.setFault(narrowed)) };
}
