import { describe, expect, it } from "vitest";
import { forFetch } from "./for-fetch.ts";
import { redactOutput } from "./redact.ts";

async function printed(environment: Record<string, string>, argv: string[], text: string): Promise<string> {
  let written = "";
  const screen = { write: (part: string) => (written += part) };
  await redactOutput(environment, argv, [screen]);
  screen.write(text);
  return written;
}

describe("what the command prints", () => {
  it("holds nothing of endpoints in the environment, of whichever scenario", async () => {
    const environment = {
      RPC_URL: "http://us%20er:p%40ss@host/basic/key",
      LEDGER_DSN: "host=db user=me password=hunter2",
      PATH: "/bin",
    };
    const text = "http://us er:p@ss@host/basic/key, p%40ss, hunter2, /bin\n";
    expect(await printed(environment, [], text)).toBe("http://host, ***, ***, /bin\n");
  });

  it("nor of endpoints among its arguments", async () => {
    const argv = [
      "check",
      "--rpc-url",
      "http://h/s3cretKey1",
      "--dsn=postgres://u:hunter2@db/x",
      "-e",
      "A=http://h/0ther",
      "3",
    ];
    expect(await printed({}, argv, "3 s3cretKey1 hunter2 0ther")).toBe("3 *** *** ***");
  });
});

it("fetch gets user and password as a header, decoded", () => {
  expect(forFetch("http://us%20er:p%40ss@host/basic/key?q=1")).toEqual({
    url: "http://host/basic/key?q=1",
    headers: { authorization: `Basic ${Buffer.from("us er:p@ss").toString("base64")}` },
  });
  expect(forFetch("http://host/basic")).toEqual({ url: "http://host/basic", headers: {} });
});
