// The .proto files that the sandbox and the k6 scripts share.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

/** Where a .proto file of the repository is: this file runs from src/sandbox/ in tests and from dist/cli/ once bundled. @throws when it is not there */
export function protoPath(name: string): string {
  const places = ["../proto/", "../../proto/"].map((place) => fileURLToPath(new URL(place + name, import.meta.url)));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw new Error(`${name} is not beside the program: run npm run build`);
  return found;
}

/** The message types of some files, by their full names. */
export function messageTypes(...names: string[]): protobuf.Root {
  return new protobuf.Root().loadSync(names.map(protoPath), { keepCase: true });
}
