import type { SessionSettings } from '../sql/catalog.ts';
import type { QuerySession } from './querySession.ts';

/** What holds for all of one statement: the session's settings, and one reading of the clock. */
export function statementSettings(session: QuerySession, localsHidden = false): SessionSettings {
  const { ansi, timeZone } = session.settings;
  return { ansi, timeZone, nowMicros: BigInt(Date.now()) * 1000n, currentCatalog: session.catalog, currentSchema: session.schema, user: session.user, variables: (parts) => session.variables.find(parts, localsHidden) };
}
