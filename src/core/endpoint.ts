// Endpoints hold secrets: user, password, path and query can all be keys. Only scheme, host and port of one are ever shown.
// k6 has no URL class, so these are patterns, and they are the same on both sides.

/** What stands for a part that is not shown. */
const HIDDEN = "***";

interface Parts {
  /** With its "://", or "". */
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  /** host:port, several separated by commas. */
  readonly hosts: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

const URL_FORM = /^([a-z][a-z\d+.-]*:\/\/)?(?:([^/?#\\]*)@)?([^/?#\\]*)(?:([/\\][^?#]*))?(?:\?([^#]*))?(?:#(.*))?$/is;
const HOST = /^(?:\[[\da-f:.]+(?:%[\w.-]+)?\]|[^\s:@[\]%=]+)(?::\d{1,5})?$/i;

function partsOf(text: string): Parts {
  const [, scheme = "", account = "", hosts = "", path = "", query = "", fragment = ""] =
    URL_FORM.exec(text.trim()) ?? [];
  const colon = account.indexOf(":");
  return {
    scheme,
    user: colon < 0 ? account : account.slice(0, colon),
    password: colon < 0 ? "" : account.slice(colon + 1),
    hosts,
    path,
    query,
    fragment,
  };
}

/** Whether a part is more likely a key than a word: hiding every "api", "ledger" or "postgres" would garble what is said. */
const likeAKey = (text: string) => text.length > 8 || (text.length > 3 && /[^a-z_-]/.test(text));

function showOne(text: string): string {
  const { scheme, hosts, ...rest } = partsOf(text);
  if (text.trim() === "" || (hosts === "" && scheme.startsWith("postgres"))) return scheme;
  // Without a scheme only a port tells a host from any other word, such as a key in the wrong variable.
  const plain = (host: string) =>
    /:\d+$|^(\d+\.){3}\d+$/.test(host) ||
    (Object.values(rest).join("") === "" && !likeAKey(host.replace(/^localhost$/, "")));
  return (
    scheme + (hosts.split(",").every((host) => HOST.test(host) && (scheme !== "" || plain(host))) ? hosts : HIDDEN)
  );
}

/**
 * scheme://host:port of an endpoint, of each in a list; never its user, password, path, query or fragment. Takes addresses of any scheme, host:port and
 * IPv6; where a text is none of them, what cannot be told from a secret is `***`.
 */
export function showEndpoint(text: string): string {
  const separator = /^\s*[a-z][a-z\d+.-]*:\/\//i.test(text) ? /,(?=\s*[a-z][a-z\d+.-]*:\/\/)/i : /,/;
  return text.split(separator).map(showOne).join(",");
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 of a text's UTF-8, without padding. */
function base64(text: string): string {
  const bytes = encodeURIComponent(text).match(/%..|[^%]/g) ?? [];
  const bits = bytes.map((byte) => {
    const code = byte.length === 3 ? Number.parseInt(byte.slice(1), 16) : byte.charCodeAt(0);
    return code.toString(2).padStart(8, "0");
  });
  return bits.join("").replace(/.{1,6}/g, (six) => BASE64[Number.parseInt(six.padEnd(6, "0"), 2)] ?? "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Matches a text however it is encoded: in percent (also twice), as a form, in quotes. */
function anyEncoding(text: string): string {
  return Array.from(text, (char) => {
    if (/\w/.test(char)) return char;
    const hex = char.charCodeAt(0).toString(16);
    const percent = char < "\x80" ? `%${hex.padStart(2, "0")}` : encodeURIComponent(char);
    const forms = [`\\\\?${literal(char)}`, percent.replace(/%/g, "%(?:25)*"), `\\\\u${hex.padStart(4, "0")}`];
    return `(?:${forms.join("|")}${char === " " ? "|\\+" : ""})`;
  }).join("");
}

const inBase64 = (text: string) => `${literal(base64(text))}=*`;

/** A word only in quotes; what is likely a key wherever it is, a short one as a word of its own. */
function hiding(text: string): string {
  const pattern = anyEncoding(text);
  if (!likeAKey(text)) return `(?<=["'\`])${pattern}(?=["'\`\\\\])`;
  return text.length < 9 ? `(?<![A-Za-z0-9])${pattern}(?![A-Za-z0-9])` : `${pattern}|${inBase64(text)}`;
}

/** End of a URL in a text: not what closes a sentence or a bracket. */
const TAIL = "[^\\s\"'`<>\\\\]*?(?=[.,:;)\\]}]*(?:[\\s\"'`<>\\\\]|$))";

/** Patterns of what may be found of an endpoint. */
function patternsOf(endpoint: string): string[] {
  const { scheme, user, password, hosts, path, query, fragment } = partsOf(endpoint);
  const trail = path.replace(/[/\\]+$/, "");
  if (user + password + trail + query + fragment === "") return [];
  const host = `(?:${hosts.split(",").map(literal).join("|")})`;
  const database = scheme.startsWith("postgres") ? trail.slice(1) : "";
  const keys = [...trail.split(/[/\\]/), ...query.split("&").map((pair) => pair.replace(/^[^=]*=/, "")), fragment];
  const some = (parts: readonly string[]) => parts.map(decoded).filter((part) => part.length > 2);
  return [
    anyEncoding(decoded(endpoint.trim())) + TAIL,
    ...(hosts === "" ? [] : [`[a-z][a-z\\d+.-]*:\\/\\/(?:[^\\s"<>/]*@)?${host}(?![\\w-])${TAIL}`]),
    ...(user + password === "" ? [] : [inBase64(`${decoded(user)}:${decoded(password)}`)]),
    ...some([trail, query, fragment]).map((part) => `(?<![A-Za-z0-9])${anyEncoding(part)}(?![A-Za-z0-9])`),
    ...[...some([user, password, database]), ...some(keys).filter(likeAKey)].map(hiding),
  ];
}

/** Whether anything of an endpoint is not shown. */
export const holdsSecrets = (endpoint: string): boolean => patternsOf(endpoint).length > 0;

/**
 * A function that takes known endpoints out of a text, such as an error of k6, Go, Node or a target that echoes: whole ones become what `showEndpoint` says,
 * their user, password, path and query `***`, in whatever encoding. Endpoints that hold nothing but scheme, host and port are left.
 */
export function redactor(endpoints: readonly string[]): (text: string) => string {
  // Longer ones first: they hold others.
  const patterns = endpoints.flatMap(patternsOf).sort((a, b) => b.length - a.length);
  if (patterns.length === 0) return (text) => text;
  const pattern = new RegExp(patterns.join("|"), "gi");
  return (text) =>
    text.replace(pattern, (found) => {
      const whole = endpoints.find((endpoint) => decoded(found).startsWith(decoded(endpoint.trim())));
      return whole === undefined && !found.includes("://") ? HIDDEN : showEndpoint(whole ?? found);
    });
}
