import { z } from 'zod';

/** A parameter that a person sets above a notebook, as `CREATE WIDGET` defines it. */
export const widgetShape = z.object({
  name: z.string(),
  widget: z.enum(['text', 'dropdown', 'combobox', 'multiselect']),
  initial: z.string(),
  choices: z.array(z.string()),
});
export type Widget = z.output<typeof widgetShape>;

export const widgetChangeShape = z.discriminatedUnion('kind', [widgetShape.extend({ kind: z.literal('create') }), z.object({ kind: z.literal('remove'), name: z.string() })]);
export type WidgetChange = z.output<typeof widgetChangeShape>;

/** Values of parameters by name: a text, and the type it is meant to have (STRING by default). */
export const parametersShape = z.record(z.string(), z.object({ value: z.string(), type: z.string().optional() }));
export type Parameters = z.output<typeof parametersShape>;
