/** FNV-1a of a text, by UTF-16 units: 32 bits, unsigned. It tells texts apart; it keeps nothing secret. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
