import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { type ClientDuplexStream, credentials, Client as GrpcClient } from "@grpc/grpc-js";
import { loadSync, type ServiceDefinition } from "@grpc/proto-loader";
import { protoPath as healthProto } from "grpc-health-check";
import descriptors from "protobufjs/ext/descriptor/index.js";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PortTakenError } from "../../../src/sandbox/service.ts";
import { type GateServer, startGateServer } from "./gate-server.ts";
import { until } from "./testing/client.ts";

const handlers = { register: () => {}, callObject: () => {} };
const failed = vi.fn();
let server: GateServer;
let client: GrpcClient;
beforeEach(async () => {
  failed.mockClear();
  server = await startGateServer({ name: "gate1", port: 0, failed, ...handlers });
  client = new GrpcClient(server.address, credentials.createInsecure());
});
afterEach(() => {
  client.close();
  server.close();
});

const serviceIn = (file: string, name: string) =>
  loadSync(file, { enums: String, oneofs: true })[name] as ServiceDefinition;
const method = (service: ServiceDefinition, name: string) => service[name] as ServiceDefinition[string];

describe("health", () => {
  const { path, requestSerialize, responseDeserialize } = method(
    serviceIn(healthProto, "grpc.health.v1.Health"),
    "Check",
  );
  const check = (service: string) =>
    new Promise((resolve, reject) =>
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service }, (error, answer) =>
        error ? reject(error) : resolve(answer),
      ),
    );

  it("is told of the gate and of its service, and of nothing else", async () => {
    expect(await check("")).toEqual({ status: "SERVING" });
    expect(await check("gate.GateService")).toEqual({ status: "SERVING" });
    await expect(check("chat.ChatRoom")).rejects.toMatchObject({ code: 5 });
  });
});

describe.each(["v1", "v1alpha"])("reflection %s", (version) => {
  const file = fileURLToPath(
    new URL(
      `../../../node_modules/@grpc/reflection/build/proto/grpc/reflection/${version}/reflection.proto`,
      import.meta.url,
    ),
  );
  const { path, requestSerialize, responseDeserialize } = method(
    serviceIn(file, `grpc.reflection.${version}.ServerReflection`),
    "ServerReflectionInfo",
  );
  interface ServerReflectionResponse {
    readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
    readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
    readonly errorResponse?: { readonly errorCode: number };
  }
  const ask = (request: object) =>
    new Promise<ServerReflectionResponse>((resolve, reject) => {
      const stream: ClientDuplexStream<object, ServerReflectionResponse> = client.makeBidiStreamRequest(
        path,
        requestSerialize,
        responseDeserialize as (bytes: Buffer) => ServerReflectionResponse,
      );
      stream.once("data", resolve).once("error", reject).write(request);
      stream.end();
    });

  it("lists the gate's service", async () => {
    const { listServicesResponse } = await ask({ listServices: "" });
    expect(listServicesResponse?.service.map(({ name }) => name)).toContain("gate.GateService");
  });

  it("describes it, as the real one does without the types of the chat", async () => {
    const { fileDescriptorResponse } = await ask({ fileContainingSymbol: "gate.GateService" });
    const files = (fileDescriptorResponse?.fileDescriptorProto ?? []).map((bytes) =>
      descriptors.FileDescriptorProto.toObject(descriptors.FileDescriptorProto.decode(bytes)),
    );
    const any = ".google.protobuf.Any";
    // Whoever reads it resolves nothing: names are full, from the dot on, and each file says what it imports.
    expect(files).toMatchObject([
      {
        package: "gate",
        dependency: [files[1]?.name],
        service: [
          {
            name: "GateService",
            method: [
              { name: "Register", inputType: ".gate.Empty", outputType: any, serverStreaming: true },
              { name: "CallObject", inputType: ".gate.CallObjectRequest", outputType: ".gate.CallObjectResponse" },
            ],
          },
        ],
      },
      { package: "google.protobuf", messageType: [{ name: "Any" }] },
    ]);
    const call = files[0]?.messageType.find(({ name }: { name: string }) => name === "CallObjectRequest");
    expect(call.field).toMatchObject([
      { name: "client_id", number: 1 },
      { name: "type", number: 2 },
      { name: "id", number: 3 },
      { name: "method", number: 4 },
      { name: "request", number: 5, typeName: any },
    ]);
    expect(await ask({ fileContainingSymbol: "chat.ChatMessage" })).toMatchObject({ errorResponse: { errorCode: 5 } });
  });
});

describe("a port", () => {
  const portOf = () => Number(server.address.split(":")[1]);

  it("that is taken is named", async () => {
    const again = startGateServer({ name: "gate2", port: portOf(), failed, ...handlers });
    await expect(again).rejects.toThrow(new PortTakenError(portOf(), "gate2").message);
  });

  it("that somebody else took while the gate was dead is waited for", async () => {
    server.kill(300);
    const other = createServer();
    await until(
      () =>
        new Promise<boolean>((resolve) =>
          other.once("error", () => resolve(false)).listen(portOf(), "127.0.0.1", () => resolve(true)),
        ),
    );
    await until(() => failed.mock.calls.length > 0);
    expect(failed.mock.calls[0]?.[0]).toBeInstanceOf(PortTakenError);
    other.close();
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(Date.now() + 5_000, (error) => (error ? reject(error) : resolve())),
    );
  });
});
