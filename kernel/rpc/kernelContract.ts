import { executionsTopic } from './executions.ts';
import { languageTopic } from './language.ts';
import { resultsTopic } from './results.ts';
import { tablesTopic } from './tables.ts';
import type { Contract } from './topic.ts';

/** The one kernel contract: the host calls it, every kernel serves it. */
export const kernelContract = {
  requests: { ...executionsTopic.requests, ...resultsTopic.requests, ...tablesTopic.requests, ...languageTopic.requests },
  events: { ...executionsTopic.events, ...resultsTopic.events, ...tablesTopic.events, ...languageTopic.events },
} as const satisfies Contract;
export type KernelContract = typeof kernelContract;
