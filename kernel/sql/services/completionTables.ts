import type { CompletionSources, Offer } from './completionOffer.ts';
import { describeSymbol } from './describe.ts';
import { quoteName } from './quoting.ts';
import type { CursorPlace } from './symbols.ts';

/** Tables where one may stand: common table expressions, tables by their shortest name, schemas and the catalog. */
export function tableOffers({ qualifier, ctes }: Extract<CursorPlace, { readonly kind: 'table' }>, { tableNames, views, settings }: CompletionSources): readonly Offer[] {
  const current = settings.currentSchema.toLowerCase();
  const home = tableNames.filter(([catalog]) => catalog.toLowerCase() === settings.currentCatalog.toLowerCase());
  const wanted = qualifier.map((part) => part.toLowerCase());
  if (wanted.length === 0) {
    const named = ctes.map((cte): Offer => ({ label: cte.name, kind: 'table', detail: 'common table expression', insertText: quoteName(cte.name), rank: 0, documentation: describeSymbol(cte) }));
    const tables = home.map(([, schema, table]) => (schema.toLowerCase() === current ? tableOffer([table], 1) : tableOffer([schema, table], schema.toLowerCase() === 'information_schema' ? 5 : 2)));
    const ofSession = views.map((parts) => ({ ...tableOffer(parts, 0), detail: 'view of the session' }));
    return [...named, ...ofSession, ...tables, ...schemaOffers(home.map(([, schema]) => schema), 3), ...schemaOffers(tableNames.map(([catalog]) => catalog), 4)];
  }
  const [first, second] = wanted;
  const inCatalog = tableNames.filter(([catalog]) => catalog.toLowerCase() === first);
  const inSchema = home.filter(([, schema]) => schema.toLowerCase() === first);
  if (second !== undefined) return inCatalog.filter(([, schema]) => schema.toLowerCase() === second).map(([, , table]) => tableOffer([table], 0));
  return [...inSchema.map(([, , table]) => tableOffer([table], 0)), ...schemaOffers(inCatalog.map(([, schema]) => schema), 1)];
}

function tableOffer(parts: readonly string[], rank: number): Offer {
  return { label: parts.join('.'), kind: 'table', insertText: parts.map(quoteName).join('.'), rank };
}

function schemaOffers(names: readonly string[], rank: number): readonly Offer[] {
  return [...new Set(names)].map((name) => ({ label: name, kind: 'schema', insertText: quoteName(name), rank }));
}
