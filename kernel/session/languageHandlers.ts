import type { QueryEngine } from '../query/queryEngine.ts';
import type { QuerySession } from '../query/querySession.ts';
import type { languageTopic } from '../rpc/language.ts';
import type { HandlersOf } from '../rpc/topic.ts';
import { mutableReport } from './receipt.ts';

/** What editors ask, in the session of a notebook where one is named. */
export function createLanguageHandlers(engine: QueryEngine, sessionOf: (sessionId: string) => QuerySession): HandlersOf<typeof languageTopic> {
  const { language } = engine;
  const nobody = engine.createSession();
  const sessionFor = (sessionId: string | undefined): QuerySession => (sessionId === undefined ? nobody : sessionOf(sessionId));
  return {
    'language.complete': async ({ sessionId, dialect, ...place }, signal) => {
      const { from, items, incomplete } = await language.complete(place, dialect, sessionFor(sessionId), signal);
      return { from, items: [...items], incomplete };
    },
    'language.check': async ({ sessionId, dialect, text, parameters = {} }, signal) => ({
      errors: (await engine.check(text, dialect, sessionFor(sessionId).withParameters(parameters), signal)).map(mutableReport),
    }),
    'language.hover': async ({ sessionId, ...place }, signal) => ({ hover: await language.hover(place, sessionFor(sessionId), signal) }),
    'language.signature': ({ sessionId, ...place }) => {
      const help = language.signature(place, sessionFor(sessionId));
      return { help: help && { ...help, signatures: help.signatures.map((signature) => ({ ...signature, parameters: [...signature.parameters] })) } };
    },
    'language.definition': async ({ sessionId, ...place }, signal) => ({ definition: await language.definition(place, sessionFor(sessionId), signal) }),
    'language.references': async ({ sessionId, ...place }, signal) => ({ references: [...(await language.references(place, sessionFor(sessionId), signal))] }),
    'language.renameRange': ({ sessionId, ...place }, signal) => language.renameRange(place, sessionFor(sessionId), signal),
    'language.rename': async ({ sessionId, newName, ...place }, signal) => {
      const renaming = await language.rename(place, newName, sessionFor(sessionId), signal);
      return renaming.kind === 'edits' ? { kind: 'edits', edits: [...renaming.edits] } : renaming;
    },
    'language.format': ({ text }) => ({ text: language.format(text) }),
    'language.tokens': async ({ sessionId, text }, signal) => ({ tokens: [...(await language.tokens(text, sessionFor(sessionId), signal))] }),
  };
}
