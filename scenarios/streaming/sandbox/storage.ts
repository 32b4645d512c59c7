// The storage: Google Cloud Storage as the original's client library uses it. Tokens for a service account, resumable uploads, V2 signed URLs to read.
import { randomUUID } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createService, type Refusal, type RefusalBody, type Service } from "../../../src/sandbox/service.ts";
import { createGcsAuth, GcsError } from "./gcs-auth.ts";
import { createObjects, type StoredObject } from "./gcs-objects.ts";
import { type UploadRange, uploadRange } from "./gcs-range.ts";

export const SANDBOX_BUCKET = "onrush-sandbox";

export interface StorageOptions {
  port: number;
  bucket?: string;
  /** Where the folder of the objects is made; the system's temporary folder unless given. */
  parent?: string;
}

/** Its own faults. */
const flags = {
  /** Flips a byte of what is uploaded. */
  corrupt: {},
};

/** Uploads under way that are remembered; a client that gives up leaves one behind. */
const MOST_UPLOADS = 10_000;

interface ResumableUpload {
  readonly name: string;
  readonly contentType: string;
  received: Buffer[];
  size: number;
  /** From when all of it has arrived: a client whose answer was lost sends the end again. */
  stored?: Promise<StoredObject>;
}

const JSON_PATHS = /^\/(upload|token|sandbox)\b/;

/** Google's two error formats: JSON where its JSON API is asked, XML where an object is read. */
function refusal({ status, message, cause }: Refusal, request: FastifyRequest): RefusalBody {
  const code =
    cause instanceof GcsError
      ? cause.code
      : status === 429
        ? "rateLimitExceeded"
        : status >= 500
          ? "backendError"
          : "invalid";
  if (!JSON_PATHS.test(request.url)) {
    return {
      body: `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
      type: "application/xml; charset=UTF-8",
    };
  }
  if (request.url.startsWith("/token")) return { body: { error: code, error_description: message } };
  return { body: { error: { code: status, message, errors: [{ message, domain: "global", reason: code }] } } };
}

/** Makes the storage's key and folder; listening is for the caller to say. */
export async function createStorage({ port, bucket = SANDBOX_BUCKET, parent }: StorageOptions): Promise<Service> {
  const service = createService({ name: "storage", port, flags, refusal });
  const { app, count } = service;
  const auth = await createGcsAuth(bucket);
  const objects = createObjects({ evicted: () => count("evicted"), ...(parent === undefined ? {} : { parent }) });
  const uploads = new Map<string, ResumableUpload>();
  app.addHook("onClose", () => objects.close());

  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  const bytesOf = (request: FastifyRequest) => (Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  const refuse = (error: GcsError): never => {
    count(`refused.${error.code}`);
    throw error;
  };
  /** Counts a refusal by its reason. */
  const counted = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof GcsError) refuse(error);
      throw error;
    }
  };
  const checkBucket = (name: string) => {
    if (name !== bucket) refuse(new GcsError(404, "NoSuchBucket", "The specified bucket does not exist."));
  };

  async function store(upload: ResumableUpload): Promise<StoredObject> {
    const content = Buffer.concat(upload.received);
    if (content.length > 0 && service.fault("corrupt")) {
      content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 0xff;
    }
    const object = await objects.put(upload.name, content, upload.contentType);
    upload.received = [];
    count("uploads");
    count("uploads.bytes", content.length);
    return object;
  }

  // So that k6 needs no setting to use a sandbox: a real service account comes from STORAGE_CREDENTIALS.
  app.get("/sandbox/service-account", async () => auth.account(service.url));

  app.post("/token", async (request) => {
    const form = new URLSearchParams(bytesOf(request).toString("utf8"));
    const token = counted(() => auth.token(form.get("grant_type"), form.get("assertion"), `${service.url}/token`));
    count("tokens");
    return token;
  });

  app.post("/upload/storage/v1/b/:bucket/o", async (request, reply) => {
    counted(() => auth.checkBearer(request.headers.authorization));
    checkBucket((request.params as { bucket: string }).bucket);
    const query = request.query as { name?: string; uploadType?: string };
    if (query.uploadType !== "resumable") refuse(new GcsError(400, "invalid", "uploadType must be resumable"));
    const metadata = metadataOf(bytesOf(request));
    const name = query.name ?? metadata.name;
    if (name === undefined || name === "") throw refuse(new GcsError(400, "required", "Required parameter: name"));
    const declared = request.headers["x-upload-content-type"];
    const contentType = metadata.contentType ?? (typeof declared === "string" ? declared : "application/octet-stream");
    const id = randomUUID();
    if (uploads.size >= MOST_UPLOADS) uploads.delete(uploads.keys().next().value as string);
    uploads.set(id, { name, contentType, received: [], size: 0 });
    const location = `${service.url}/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=${encodeURIComponent(name)}&upload_id=${id}`;
    return reply.header("location", location).header("x-guploader-uploadid", id).code(200).send();
  });

  // An upload's session URI is the permission to upload to it: no token is asked for, as at Google's.
  app.put("/upload/storage/v1/b/:bucket/o", async (request, reply) => {
    const { upload_id: id = "" } = request.query as { upload_id?: string };
    const upload = uploads.get(id);
    if (!upload) throw refuse(new GcsError(404, "notFound", "No such upload session."));
    if (upload.stored) return objectAnswer(await upload.stored);
    const body = bytesOf(request);
    const range = counted(() => uploadRange(request.headers["content-range"], body.length, upload.size));
    take(upload, body, range);
    if (range.total !== upload.size) return incomplete(reply, upload);
    upload.stored = store(upload).catch((error) => {
      delete upload.stored; // a full disk may have room when the client tries again
      throw error;
    });
    return objectAnswer(await upload.stored);
  });

  app.get("/:bucket/*", async (request, reply) => {
    const { bucket: asked, "*": name } = request.params as { bucket: string; "*": string };
    checkBucket(asked);
    const [path = "", query = ""] = request.url.split("?");
    counted(() => auth.checkSignedUrl("GET", path, new URLSearchParams(query)));
    const found = await objects.get(name);
    if (!found) throw refuse(new GcsError(404, "NoSuchKey", "The specified key does not exist."));
    const { object, content } = found;
    count("downloads");
    count("downloads.bytes", content.length);
    return reply
      .header("x-goog-generation", String(object.generation))
      .header("x-goog-hash", `crc32c=${object.crc32c},md5=${object.md5}`)
      .type(object.contentType)
      .send(content);
  });

  const objectAnswer = ({ name, size, contentType, md5, crc32c, generation }: StoredObject) => ({
    kind: "storage#object",
    id: `${bucket}/${name}/${generation}`,
    name,
    bucket,
    generation: String(generation),
    contentType,
    size: String(size),
    md5Hash: md5,
    crc32c,
  });
  return service;
}

function metadataOf(body: Buffer): { name?: string; contentType?: string } {
  if (body.length === 0) return {};
  let metadata: { name?: unknown; contentType?: unknown } | null;
  try {
    metadata = JSON.parse(body.toString("utf8"));
  } catch {
    throw new GcsError(400, "parseError", "Parse Error");
  }
  const { name, contentType } = metadata ?? {};
  return { ...(typeof name === "string" ? { name } : {}), ...(typeof contentType === "string" ? { contentType } : {}) };
}

/** Adds what is new of a part: a client that resumes may send again what has arrived. */
function take(upload: ResumableUpload, body: Buffer, { start }: UploadRange): void {
  const fresh = body.subarray(upload.size - start);
  if (fresh.length === 0) return;
  upload.received.push(fresh);
  upload.size += fresh.length;
}

/** 308: what has arrived so far. */
function incomplete(reply: FastifyReply, { size }: ResumableUpload) {
  if (size > 0) reply.header("range", `bytes=0-${size - 1}`);
  return reply.code(308).send();
}
