import { describe, expect, it } from "vitest";
import { dsnAsUrl } from "./dsn.ts";
import { holdsSecrets, redactor, showEndpoint } from "./endpoint.ts";

describe("an endpoint is shown as scheme, host and port", () => {
  it.each([
    ["http://us%20er:p%40ss@host/basic/key", "http://host"],
    ["https://rpc.example.org:8545/v3/0123456789abcdef?key=1#part", "https://rpc.example.org:8545"],
    ["https://host?key=1", "https://host"],
    ["https://host#key", "https://host"],
    ["https://key@host", "https://host"],
    ["http://user:p@s@host/x@y", "http://host"],
    ["http://u:p,w@host:80/a,b", "http://host:80"],
    ["HTTP://HOST/x", "HTTP://HOST"],
    ["wss://u:p@host:443/ws", "wss://host:443"],
    ["http://u:p@[2001:db8::1]:8545/x", "http://[2001:db8::1]:8545"],
    ["http://[fe80::1%25eth0]/x", "http://[fe80::1%25eth0]"],
    ["https://a:1/x,https://u:p@b/y", "https://a:1,https://b"],
    ["127.0.0.1:14804,127.0.0.1:14805", "127.0.0.1:14804,127.0.0.1:14805"],
    ["u:p@gate:14804/key, [::1]:14805", "gate:14804,[::1]:14805"],
    ["postgres://u:p@db:5432/ledger?sslpassword=x", "postgres://db:5432"],
    ["postgresql://u:p@one:5432,two:5433/ledger", "postgresql://one:5432,two:5433"],
    ["postgres:///ledger?password=x", "postgres://"],
  ])("%s", (text, shown) => {
    expect(showEndpoint(text)).toBe(shown);
  });

  it.each([
    ["htp://user:pass@x", "htp://x"],
    ["http://user:pass", "http://***"],
    ["http://user:pa/ss@host", "http://***"],
    ["http://user:pa\\ss@host", "http://***"],
    ["http:/user:pass@host", "***"],
    ["http://", "http://***"],
    ["0123456789abcdef", "***"],
    ["p@ssword", "***"],
    ["a word:1 and more", "***"],
    ["rpc.example.org", "***"],
    ["127.0.0.1/key", "127.0.0.1"],
    ["localhost", "localhost"],
    ["", ""],
  ])("and what cannot be told from a secret is not: %s", (text, shown) => {
    expect(showEndpoint(text)).toBe(shown);
  });
});

it("an address in PostgreSQL's keywords is one as a URL", () => {
  const keywords = "host=db port=5432 user=u password='p w\\'s host=x' dbname=ledger";
  expect(dsnAsUrl(keywords)).toBe("postgres://u:p%20w's%20host%3Dx@db:5432/ledger");
  const several = dsnAsUrl("password = x host = one,two port = 1,2 sslmode=require");
  expect(several).toBe("postgres://:x@one:1,two:2/?sslmode=require");
  expect(showEndpoint(several)).toBe("postgres://one:1,two:2");
  expect(showEndpoint(dsnAsUrl("dbname=ledger password=x"))).toBe("postgres://");
  expect(dsnAsUrl("postgres://u:p@db/x?y=z")).toBe("postgres://u:p@db/x?y=z");
  expect(showEndpoint(keywords)).toBe("***");
});

describe("a text is cleared of known endpoints", () => {
  const web = "http://us%20er:p%40ss@host/basic/key";
  const keyed = "https://rpc.example.org/v3/0123456789abcdef?token=t0ken%2Fvalue";
  const url = "postgres://postgres:hunter2@db:5432/wallex";
  const words = dsnAsUrl("host=other port=5432 user=own-er1 password='p w' dbname=wallex");
  const redact = redactor([web, keyed, url, words, "http://plain:80"]);

  it.each([
    // Go and k6
    [
      'Post "http://us%20er:***@host/basic/key": dial tcp 127.0.0.1:9: refused',
      'Post "http://host": dial tcp 127.0.0.1:9: refused',
    ],
    ['msg="Get \\"http://us%20er:xxxxx@host/basic/key/wallets?limit=1\\": EOF"', 'msg="Get \\"http://host\\": EOF"'],
    // viem and fetch
    ["HTTP request failed.\nURL: http://host/basic/key\nmore", "HTTP request failed.\nURL: http://host\nmore"],
    ["URL: https://rpc.example.org/v3/0123456789abcdef?token=t0ken%2Fvalue.", "URL: https://rpc.example.org."],
    ["Failed to parse URL from http://us%20er:p%40ss@host/basic/key", "Failed to parse URL from http://host"],
    ["(http://us er:p@ss@host/basic/key)", "(http://host)"],
    // pg
    ['password authentication failed for user "postgres"', 'password authentication failed for user "***"'],
    ['database "wallex" does not exist', 'database "***" does not exist'],
    [`cannot connect to ${url}`, "cannot connect to postgres://db:5432"],
    [
      "cannot connect to host=other user=own-er1 password='p w'",
      "cannot connect to host=other user=*** password='***'",
    ],
    // a target that echoes
    ["Route GET:/basic/key/wallets not found", "Route GET:***/wallets not found"],
    [`got Basic ${btoa("us er:p@ss")}`, "got Basic ***"],
    ["us+er, us%2520er and us er", "***, *** and ***"],
    ["no such key: 0123456789abcdef", "no such key: ***"],
    ["token=t0ken/value or t0ken%2fvalue", "*** or ***"],
    // nothing of theirs
    ["http://host:80 and postgres://db:5432", "http://host:80 and postgres://db:5432"],
    ["http://plain:80/path, https://go.dev/dl, hosted/basic", "http://plain:80/path, https://go.dev/dl, hosted/basic"],
  ])("%s", (text, cleared) => {
    expect(redact(text)).toBe(cleared);
    expect(redact(cleared)).toBe(cleared);
  });

  it("in whatever encoding", () => {
    const password = "Kä/7 %q+'\"\\x";
    const forms = [
      password,
      encodeURIComponent(password),
      encodeURIComponent(encodeURIComponent(password)),
      encodeURI(password),
      new URLSearchParams([["", password]]).toString().slice(1),
      JSON.stringify(password),
      JSON.stringify(`"${password}"`).replaceAll("'", "\\u0027"),
      Buffer.from(`user:${password}`).toString("base64"),
    ];
    const cleared = redactor([`http://user:${encodeURIComponent(password)}@host/`]);
    for (const form of forms) {
      for (const text of [`says ${form}, twice: ${form}`, `"http://user:${form}@host/x"`]) {
        for (const part of ["7", "K", "%q", Buffer.from("Kä").toString("base64").slice(0, 3)])
          expect(cleared(text), text).not.toContain(part);
      }
    }
  });

  it("holds secrets where there is more than scheme, host and port", () => {
    for (const text of ["http://k@h", "http://h/k", "http://h?k", "http://h#k", "k@h:1", url])
      expect(holdsSecrets(text)).toBe(true);
    for (const text of ["http://h:1/", "h:1,i:2", "postgres://h", ""]) expect(holdsSecrets(text)).toBe(false);
  });

  it("and left alone where they hold no secret", () => {
    const text = "http://127.0.0.1:14800/path";
    expect(redactor(["http://127.0.0.1:14800", "127.0.0.1:14804,127.0.0.1:14805"])(text)).toBe(text);
    expect(redactor([])(text)).toBe(text);
  });
});
