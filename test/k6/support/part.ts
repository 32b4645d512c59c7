// A deferred part, which says when it is made.
import exec from "k6/execution";
import http, { file } from "k6/http";
import { equal } from "./suite.ts";

console.log(`part made in VU ${__VU}`);

export const settings = { number: 7 };

export const here = (): number => exec.vu.idInTest;

/** A default import and a name of the same module of k6. */
export const ofHttp = (): string[] => [typeof http.asyncRequest, typeof file];

export function fails(): void {
  equal("this line", "named in the stack");
}
