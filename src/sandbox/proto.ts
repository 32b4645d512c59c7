// The .proto files that the sandbox and the k6 scripts share.
import { existsSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import { root } from "./root.ts";

/** Where a .proto file of the repository is: beside the scripts that load it, or among the sources. @throws when it is not there */
export function protoPath(name: string): string {
  const found = ["dist/proto", "proto"].map((place) => join(root, place, name)).find((place) => existsSync(place));
  if (found === undefined) throw new Error(`${name} is not beside the program: run npm run build`);
  return found;
}

/** The message types of some files, by their full names. */
export function messageTypes(...names: string[]): protobuf.Root {
  return new protobuf.Root().loadSync(names.map(protoPath), { keepCase: true });
}
