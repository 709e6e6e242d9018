import { z } from 'zod';
import { dialectShape } from './executions.ts';
import { errorReportShape } from './frames.ts';
import { resultInfoShape } from './results.ts';
import type { Topic } from './topic.ts';
import { parametersShape } from './widgets.ts';

/** Running statements outside of a notebook: what `lakebook sql --attach` asks of a host. */
export const statementsTopic = {
  requests: {
    /** Runs the statements of a text in a session of their own, and answers when the last one has ended. Canceling interrupts. */
    'statements.run': {
      params: z.object({ dialect: dialectShape, source: z.string(), parameters: parametersShape.optional() }),
      result: z.object({
        status: z.enum(['ok', 'error', 'canceled']),
        error: errorReportShape.optional(),
        /** One for each statement with rows, in order; those before an error too. */
        results: z.array(resultInfoShape),
        notices: z.array(z.string()),
      }),
    },
  },
  events: {},
} as const satisfies Topic;
