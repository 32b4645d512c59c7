/** What this scenario does not prove yet; every report says so. */
export const lacking = {
  audit: "no audit yet: nobody looks after the run whether what succeeded is still there, and nothing else is",
  controls: "no controls yet: nobody tries what must be refused",
} as const;
