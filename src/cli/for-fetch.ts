/** An endpoint as `fetch` takes it, which refuses a URL with user and password: they become a header. */
export function forFetch(endpoint: string): { url: string; headers: Record<string, string> } {
  const url = new URL(endpoint);
  const account = [url.username, url.password].map(decodeURIComponent).join(":");
  url.username = url.password = "";
  const headers = account === ":" ? {} : { authorization: `Basic ${Buffer.from(account).toString("base64")}` };
  return { url: url.href, headers };
}
