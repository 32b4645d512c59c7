import { createMetrics } from "../../../src/k6/metrics.ts";
import { chatMetrics } from "../model/metrics.ts";

/** The k6 metrics of chat. Init code only. */
export const createChatMetrics = () => createMetrics(chatMetrics);

export type ChatMetrics = ReturnType<typeof createChatMetrics>;
