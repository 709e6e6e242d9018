import { z } from 'zod';
import { dialectShape } from './executions.ts';
import { errorReportShape } from './frames.ts';
import type { Topic } from './topic.ts';

export const completionShape = z.object({
  label: z.string(),
  kind: z.enum(['keyword', 'table', 'schema', 'column', 'function', 'snippet']),
  /** Text to insert, where it differs from the label (quoting). */
  insert: z.string().optional(),
  detail: z.string().optional(),
});
export type Completion = z.output<typeof completionShape>;

/** Language services of the kernel's parser and resolver. Offsets are UTF-16. */
export const languageTopic = {
  requests: {
    'language.complete': {
      params: z.object({ sessionId: z.string().optional(), dialect: dialectShape, text: z.string(), offset: z.number().int() }),
      result: z.object({ from: z.number().int(), items: z.array(completionShape), incomplete: z.boolean() }),
    },
    /** Syntax and name errors, without running. */
    'language.check': {
      params: z.object({ sessionId: z.string().optional(), dialect: dialectShape, text: z.string() }),
      result: z.object({ errors: z.array(errorReportShape) }),
    },
  },
  events: {},
} as const satisfies Topic;
