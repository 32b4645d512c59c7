// What reflection tells of a .proto file. The descriptors that come with a loaded package name their types as they stand in the file and say nothing of
// imports, with which clients written in Go, k6 among them, can do nothing.
import { loadSync, type PackageDefinition } from "@grpc/proto-loader";
import type protobuf from "protobufjs";
import descriptors from "protobufjs/ext/descriptor/index.js";
import { messageTypes, protoPath } from "../../../src/sandbox/proto.ts";

interface Message {
  readonly field?: { typeName?: string }[];
  readonly nestedType?: Message[];
  readonly name: string;
}

interface File {
  readonly name: string;
  readonly package: string;
  dependency: string[];
  readonly messageType?: Message[];
}

/** The package of a .proto file of the repository, as ReflectionService takes it, with descriptors that stand by themselves. */
export function describedPackage(name: string): PackageDefinition {
  const definitions = loadSync(protoPath(name), { keepCase: true });
  const types = messageTypes(name);
  const files = filesOf(definitions).map((bytes) => descriptors.FileDescriptorProto.decode(bytes) as unknown as File);
  for (const file of files) {
    const imports = new Set<string>();
    for (const message of file.messageType ?? []) {
      for (const type of qualify(message, types.lookupType(`${file.package}.${message.name}`))) {
        const home = files.find((other) => type.startsWith(`.${other.package}.`));
        if (home !== undefined && home !== file) imports.add(home.name);
      }
    }
    file.dependency = [...imports];
  }
  const complete = files.map((file) => Buffer.from(descriptors.FileDescriptorProto.encode(file).finish()));
  return Object.fromEntries(
    Object.entries(definitions).map(([key, value]) => [key, { ...value, fileDescriptorProtos: complete }]),
  ) as PackageDefinition;
}

/** Each message of a package carries the descriptors of all its files. */
function filesOf(definitions: PackageDefinition): readonly Buffer[] {
  for (const { fileDescriptorProtos } of Object.values(definitions))
    if (Array.isArray(fileDescriptorProtos)) return fileDescriptorProtos;
  return [];
}

/** Gives the types of a message's fields their full names, from the dot on, and returns these. */
function qualify(message: Message, type: protobuf.Type): string[] {
  const found: string[] = [];
  for (const field of message.field ?? []) {
    if (!field.typeName) continue;
    field.typeName = type.lookupTypeOrEnum(field.typeName).fullName;
    found.push(field.typeName);
  }
  for (const nested of message.nestedType ?? []) found.push(...qualify(nested, type.lookupType(nested.name)));
  return found;
}
