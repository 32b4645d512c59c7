// PostgreSQL's other form of an address: host=... port=... password='...'.

const KEYWORD = /([a-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)*)/gi;

/** An address as a URL, with what it says in keywords; any other text as it is. */
export function dsnAsUrl(text: string): string {
  if (!/^\s*[a-z_]+\s*=/i.test(text)) return text;
  const values = new Map(
    [...text.matchAll(KEYWORD)].map(([, name = "", value = ""]) => [
      name.toLowerCase(),
      value.replace(/^'|'$/g, "").replace(/\\(.)/g, "$1"),
    ]),
  );
  const take = (name: string) => {
    const value = values.get(name) ?? "";
    values.delete(name);
    return value;
  };
  const [user, password, database] = ["user", "password", "dbname"].map((name) => encodeURIComponent(take(name)));
  const [named, address, port] = ["host", "hostaddr", "port"].map((name) => take(name).split(",")) as [
    string[],
    string[],
    string[],
  ];
  const hosts = (named[0] === "" ? address : named).map((host, i) => {
    const at = port[i] ?? port[0];
    return host === "" || at === "" ? host : `${host}:${at}`;
  });
  const rest = [...values].map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const account = user || password ? `${user}:${password}@` : "";
  return `postgres://${account}${hosts.join(",")}/${database}${rest.length > 0 ? `?${rest.join("&")}` : ""}`;
}
