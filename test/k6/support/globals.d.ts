// Globals of k6's engine that only tests use (see src/k6/globals.d.ts for why they are not the DOM's).
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare class TextDecoder {
  decode(bytes: ArrayBuffer | Uint8Array): string;
}
