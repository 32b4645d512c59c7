// The system that the chat scenario loads: two gates over one set of rooms.
import { awaitAll, type Ground, type System } from "../../../src/sandbox/system.ts";
import { startGate } from "./gate.ts";
import { createRooms } from "./rooms.ts";

export async function startChat(ground: Ground): Promise<System> {
  const rooms = createRooms();
  const start = (name: "gate1" | "gate2") => startGate({ name, port: ground.portOf(name), rooms }).then(ground.started);
  const gates = await awaitAll(start("gate1"), start("gate2"));
  return { environment: { GATES: gates.map((gate) => gate.url).join(",") } };
}
