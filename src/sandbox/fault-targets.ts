// Which service a fault is for. A part of a service may be named as if it were one: see Controls.parts.
import { type Fault, FaultError } from "./faults.ts";
import type { Controls, ServicePart } from "./service.ts";

interface Named {
  readonly service: Controls;
  /** Where the name is that of a part. */
  readonly part?: ServicePart;
}

/** @throws FaultError that names the known services */
export function serviceNamed(services: readonly Controls[], name: unknown): Named {
  const parts = services.flatMap((service) =>
    Object.entries(service.parts ?? {}).map(([called, part]) => [called, { service, part }] as const),
  );
  const byName = new Map<string, Named>([...services.map((service) => [service.name, { service }] as const), ...parts]);
  const found = byName.get(String(name));
  if (!found) {
    const known = [...byName.keys()].join(", ");
    throw new FaultError(`the sandbox has no service ${JSON.stringify(name)}; known: ${known}`);
  }
  return found;
}

/** Switches on the fault of `{service, fault, ...fields}`. @throws FaultError */
export async function setFault(
  services: readonly Controls[],
  { service: name, ...fault }: Record<string, unknown>,
): Promise<Fault & { service: string }> {
  const { service, part } = serviceNamed(services, name);
  const narrowed =
    part !== undefined && !part.flags.includes(String(fault.fault)) ? { path: part.path, ...fault } : fault;
  return { service: service.name, ...(await service.setFault(narrowed)) };
}
