import type { z } from 'zod';

/** One request of a topic: both sides of it. `binary` results carry bytes beside the JSON header. */
export interface RequestShape {
  readonly params: z.ZodType;
  readonly result: z.ZodType;
  readonly binary?: true;
}

/** A topic of the contract: requests that the serving side answers, events that it sends. */
export interface Topic {
  readonly requests: Readonly<Record<string, RequestShape>>;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

/** A binary answer: a small header and bytes (Arrow IPC, a document's state). */
export interface BinaryResult<Header> {
  readonly header: Header;
  readonly bytes: Uint8Array;
}

/** Many topics as one contract; the keys of `requests` and `events` must not collide. */
export interface Contract {
  readonly requests: Readonly<Record<string, RequestShape>>;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

export type MethodOf<C extends Contract> = keyof C['requests'] & string;
export type EventOf<C extends Contract> = keyof C['events'] & string;
export type ParamsOf<C extends Contract, M extends MethodOf<C>> = z.output<C['requests'][M]['params']>;
export type EventParamsOf<C extends Contract, E extends EventOf<C>> = z.output<C['events'][E]>;
export type ResultOf<C extends Contract, M extends MethodOf<C>> = C['requests'][M] extends { readonly binary: true }
  ? BinaryResult<z.output<C['requests'][M]['result']>>
  : z.output<C['requests'][M]['result']>;

/** What the serving side implements. The signal aborts when the caller cancels or goes away. */
export type HandlersOf<C extends Contract> = {
  readonly [M in MethodOf<C>]: (params: ParamsOf<C, M>, signal: AbortSignal) => Promise<ResultOf<C, M>> | ResultOf<C, M>;
};
