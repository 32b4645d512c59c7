// What a .proto file promises on the wire, as lines that two files can be compared by.
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";

/** A line for each method, field and enum value of a file, in full. */
export function contract(file: FileDescriptorProto): string[] {
  const inPackage = `.${file.package}`;
  return [
    ...file.service.flatMap(({ name, method }) =>
      method.map((each) =>
        [`${inPackage}.${name}/${each.name}`, each.inputType, each.outputType, each.serverStreaming].join(" "),
      ),
    ),
    ...file.messageType.flatMap((message) => fieldsOf(message, inPackage)),
    ...file.enumType.flatMap((each) => valuesOf(each, inPackage)),
  ];
}

function fieldsOf(message: DescriptorProto, parent: string): string[] {
  const name = `${parent}.${message.name}`;
  return [
    ...message.field.map((field) => {
      // A field of no oneof has the index's default, 0, from its prototype.
      const inOneof = !field.proto3Optional && Object.hasOwn(field, "oneofIndex");
      const oneof = inOneof ? message.oneofDecl[field.oneofIndex]?.name : "";
      const optional = field.proto3Optional ? "optional" : "";
      return [`${name}.${field.name}`, field.number, field.label, field.type, field.typeName, oneof, optional].join(
        " ",
      );
    }),
    ...message.nestedType.flatMap((each) => fieldsOf(each, name)),
    ...message.enumType.flatMap((each) => valuesOf(each, name)),
  ];
}

const valuesOf = (each: EnumDescriptorProto, parent: string): string[] =>
  each.value.map((value) => `${parent}.${each.name} ${value.name} ${value.number}`);
