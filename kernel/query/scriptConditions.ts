import { LakebookError, type SourceSpan } from '../base/errors.ts';
import type { Expression, Located } from '../sql/tree/expressions.ts';
import type { BlockNode, DiagnosticsItem, HandledCondition, HandlerDeclaration, ScriptNodeOf } from '../sql/tree/script.ts';
import type { BoundValue } from '../sql/variables.ts';

/** A condition as handlers see it. */
export interface RaisedCondition {
  /** An error class, or a name that the script declared. */
  readonly name: string;
  readonly sqlState: string;
  readonly error: LakebookError;
}

/** What an error is to handlers; undefined for what no handler may stop: an interrupt, and the engine's own faults. */
export function conditionOf(error: unknown, signal: AbortSignal): RaisedCondition | undefined {
  if (signal.aborted || !(error instanceof LakebookError) || error.kind === 'canceled' || error.kind === 'internal') return undefined;
  return { name: error.parameters['condition'] ?? error.code, sqlState: error.sqlState ?? '45000', error };
}

/** The handler that takes a condition: of the innermost block that has one, the one that names it most closely. */
export function findHandler(raised: RaisedCondition, blocks: readonly BlockNode[]): { readonly handler: HandlerDeclaration; readonly depth: number } | undefined {
  for (let depth = blocks.length - 1; depth >= 0; depth--) {
    const ranked = blocks[depth]!.handlers.map((handler) => ({ handler, rank: Math.max(...handler.conditions.map((condition) => closeness(condition, raised))) }));
    const best = ranked.reduce<(typeof ranked)[number] | undefined>((found, each) => (each.rank > (found?.rank ?? 0) ? each : found), undefined);
    if (best !== undefined) return { handler: best.handler, depth };
  }
  return undefined;
}

/** 0: not meant; then SQLEXCEPTION and NOT FOUND, the SQLSTATE, the class's head, the class itself. */
function closeness(condition: HandledCondition, { name, sqlState }: RaisedCondition): number {
  const isNotFound = sqlState.startsWith('02');
  switch (condition.kind) {
    case 'notFound':
      return isNotFound ? 1 : 0;
    case 'sqlException':
      return isNotFound || sqlState.startsWith('XX') ? 0 : 1;
    case 'sqlState':
      return condition.sqlState === sqlState ? 2 : 0;
    case 'condition':
      return condition.name === name.toUpperCase() ? 4 : name.toUpperCase().startsWith(`${condition.name}.`) ? 3 : 0;
  }
}

function declaredState(name: string, blocks: readonly BlockNode[]): string | undefined {
  for (const { conditions } of [...blocks].reverse()) {
    const found = conditions.find((condition) => condition.name.text.toUpperCase() === name);
    if (found !== undefined) return found.sqlState;
  }
  return undefined;
}

/** The error that SIGNAL raises. */
export function signalCondition({ condition, message }: ScriptNodeOf<'signal'>, value: BoundValue | undefined, blocks: readonly BlockNode[], span: SourceSpan): LakebookError {
  const text = value?.kind === 'plain' && typeof value.value === 'string' ? value.value : '';
  if (condition.kind === 'sqlState') return new LakebookError('USER_RAISED_EXCEPTION', { detail: text }, { span, sqlState: condition.sqlState });
  const name = condition.name.text.toUpperCase();
  const sqlState = declaredState(name, blocks);
  if (sqlState !== undefined) return new LakebookError('USER_RAISED_CONDITION', { condition: name, errorMessage: text === '' ? name : text }, { span, sqlState });
  if (name === 'USER_RAISED_EXCEPTION' && (message === undefined || message.kind === 'text')) return new LakebookError('USER_RAISED_EXCEPTION', { detail: text }, { span });
  return new LakebookError('UNSUPPORTED_FEATURE.LOCAL_ENGINE', { feature: `SIGNAL ${name}${message?.kind === 'arguments' ? ' with MESSAGE_ARGUMENTS' : ''}`, reason: 'only conditions that the script declares, SQLSTATE and USER_RAISED_EXCEPTION with a MESSAGE_TEXT are raised here' }, { span });
}

/** What GET DIAGNOSTICS tells of the condition that is handled. */
export function diagnosticsValue(item: DiagnosticsItem, { name, sqlState, error }: RaisedCondition, { start, end }: Located): Expression {
  switch (item) {
    case 'MESSAGE_TEXT':
      return { kind: 'string', value: error.message, start, end };
    case 'RETURNED_SQLSTATE':
      return { kind: 'string', value: sqlState, start, end };
    case 'CONDITION_IDENTIFIER':
      return { kind: 'string', value: name, start, end };
    case 'LINE_NUMBER':
      return error.span === undefined ? { kind: 'null', start, end } : { kind: 'number', text: String(error.span.line), suffix: 'L', start, end };
    case 'MESSAGE_ARGUMENTS':
      return mapOfTexts(error.parameters, { start, end });
  }
}

function mapOfTexts(texts: Readonly<Record<string, string>>, { start, end }: Located): Expression {
  const part = { text: 'map', quoted: false, start, end };
  const items = Object.entries(texts).flat().map((value): { readonly value: Expression } => ({ value: { kind: 'string', value, start, end } }));
  return { kind: 'call', name: [part], arguments: items, distinct: false, filter: undefined, nulls: undefined, withinGroup: undefined, over: undefined, start, end };
}
