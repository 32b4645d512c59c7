// The grant file: what an app may do with the data, for whom and until when.
import * as v from "valibot";

const OPERATIONS = ["llm_inference", "prompt_gemini_agent", "prompt_qwen_agent"];
const FORMATS = ["text", "json_object"];

const grantSchema = v.strictObject({
  grantee: v.pipe(v.string(), v.regex(/^0x[0-9a-fA-F]{40}$/, "is not an address")),
  operation: v.pipe(v.string(), v.minLength(1)),
  parameters: v.pipe(
    v.record(v.string(), v.unknown()),
    v.check((value) => !Array.isArray(value), "is not an object"),
  ),
  expires: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

export type Grant = v.InferOutput<typeof grantSchema>;

/**
 * Checks a grant file against its schema and the grantee on chain.
 * @param grantee checksummed address on chain; the file's must be the same text, in case too, as on the real server
 * @param now seconds since 1970
 * @throws Error that says which check failed
 */
export function validGrant(json: unknown, grantee: string, now: number): Grant {
  const result = v.safeParse(grantSchema, json);
  if (!result.success) {
    const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? "grant"} ${issue.message}`);
    throw new Error(`Grant does not match its schema: ${problems.join("; ")}`);
  }
  const grant = result.output;
  if (!OPERATIONS.includes(grant.operation)) {
    throw new Error(`Unsupported operation: ${grant.operation}. Supported operations are: ${OPERATIONS.join(", ")}`);
  }
  if (grant.grantee !== grantee)
    throw new Error("App address does not match the app address in the access permissions");
  if (grant.expires !== undefined && grant.expires !== 0 && Math.floor(now) > grant.expires)
    throw new Error("Grant has expired");
  return grant;
}

/**
 * Whether the answer is to be JSON. Only llm_inference heeds response_format.
 * @throws Error when it is not one of the real server's formats
 */
export function wantsJson({ operation, parameters }: Grant): boolean {
  const format = parameters.response_format;
  if (format === undefined || format === null || operation !== "llm_inference") return false;
  const type = typeof format === "object" ? (format as { type?: unknown }).type : undefined;
  if (typeof type !== "string" || !FORMATS.includes(type))
    throw new Error(`response_format.type must be one of ${FORMATS.join(", ")}`);
  return type === "json_object";
}
