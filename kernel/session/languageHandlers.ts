import type { QueryEngine } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { languageTopic } from '../rpc/language.ts';
import type { HandlersOf } from '../rpc/topic.ts';
import { mutableReport } from './receipt.ts';

/** Completion and checks, in the session of a notebook where one is named. */
export function createLanguageHandlers(engine: QueryEngine, sessionOf: (sessionId: string) => QuerySession): HandlersOf<typeof languageTopic> {
  const sessionFor = (sessionId: string | undefined): QuerySession => (sessionId === undefined ? engine.createSession() : sessionOf(sessionId));
  return {
    'language.complete': async ({ sessionId, dialect, text, offset }, signal) => {
      const { from, items, incomplete } = await engine.complete(text, offset, dialect, sessionFor(sessionId), signal);
      return { from, items: [...items], incomplete };
    },
    'language.check': async ({ sessionId, dialect, text }, signal) => ({
      errors: (await engine.check(text, dialect, sessionFor(sessionId), signal)).map(mutableReport),
    }),
  };
}
