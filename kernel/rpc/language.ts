import { z } from 'zod';
import { dialectShape } from './executions.ts';
import { errorReportShape } from './frames.ts';
import type { Topic } from './topic.ts';
import { parametersShape } from './widgets.ts';

export const completionShape = z.object({
  label: z.string(),
  kind: z.enum(['keyword', 'table', 'schema', 'column', 'function', 'snippet', 'alias', 'variable', 'field', 'parameter']),
  /** A column's type, a function's group. */
  detail: z.string().optional(),
  insertText: z.string(),
  /** The text to insert has tab stops: `$1`, `${2:name}`. */
  snippet: z.boolean().optional(),
  /** Markdown; names and comments of the user's are escaped in it. */
  documentation: z.string().optional(),
});
export type Completion = z.output<typeof completionShape>;

/** Who asks: the kernel's session, or the notebook whose session it is (the host knows which, and what its widgets are set to), or nobody's. */
const asker = { sessionId: z.string().optional(), notebookId: z.string().optional(), parameters: parametersShape.optional() };
const text = { ...asker, text: z.string() };
const place = { ...text, offset: z.number().int() };
const span = { start: z.number().int(), end: z.number().int() };
const refused = z.object({ kind: z.literal('refused'), reason: z.string() });

/** Language services of the kernel's parser and resolver. Offsets are UTF-16. */
export const languageTopic = {
  requests: {
    'language.complete': {
      params: z.object({ ...place, dialect: dialectShape }),
      result: z.object({ from: z.number().int(), items: z.array(completionShape), incomplete: z.boolean() }),
    },
    /** Syntax and name errors, without running. */
    'language.check': {
      params: z.object({ ...text, dialect: dialectShape }),
      result: z.object({ errors: z.array(errorReportShape) }),
    },
    /** What a name is, in Markdown. */
    'language.hover': {
      params: z.object(place),
      result: z.object({ hover: z.object({ ...span, contents: z.string() }).optional() }),
    },
    /** The call around a place. Parameters are offsets in the label. */
    'language.signature': {
      params: z.object(place),
      result: z.object({
        help: z.object({ signatures: z.array(z.object({ label: z.string(), parameters: z.array(z.object(span)), documentation: z.string() })), active: z.number().int(), activeParameter: z.number().int() }).optional(),
      }),
    },
    /** Where the text itself gives the name. */
    'language.definition': {
      params: z.object(place),
      result: z.object({ definition: z.object(span).optional() }),
    },
    'language.references': {
      params: z.object(place),
      result: z.object({ references: z.array(z.object({ ...span, definition: z.boolean() })) }),
    },
    /** The name that a rename would change, or why none can be. */
    'language.renameRange': {
      params: z.object(place),
      result: z.discriminatedUnion('kind', [z.object({ kind: z.literal('name'), name: z.string(), ...span }), refused]),
    },
    'language.rename': {
      params: z.object({ ...place, newName: z.string() }),
      result: z.discriminatedUnion('kind', [z.object({ kind: z.literal('edits'), edits: z.array(z.object({ ...span, text: z.string() })) }), refused]),
    },
    /** The text laid out; statements that do not parse stay as they are. */
    'language.format': {
      params: z.object(text),
      result: z.object({ text: z.string() }),
    },
    /** What the names of a text are, in its order. */
    'language.tokens': {
      params: z.object(text),
      result: z.object({ tokens: z.array(z.object({ ...span, kind: z.enum(['table', 'column', 'function', 'alias', 'variable', 'parameter', 'field']), definition: z.boolean() })) }),
    },
  },
  events: {},
} as const satisfies Topic;
