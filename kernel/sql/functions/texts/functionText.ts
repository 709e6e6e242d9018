/** Signature(s), `|` between overloads, optional parts in brackets; and what the function is for, in one or two sentences. */
export type FunctionTexts = readonly (readonly [signatures: string, summary: string])[];
