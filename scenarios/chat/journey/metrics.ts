import { chatMetrics } from "../../core/chat/metrics.ts";
import { createMetrics } from "../../k6/metrics.ts";

/** The k6 metrics of chat. Init code only. */
export const createChatMetrics = () => createMetrics(chatMetrics);

export type ChatMetrics = ReturnType<typeof createChatMetrics>;
