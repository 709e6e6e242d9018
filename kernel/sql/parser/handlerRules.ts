import { ERROR_CLASSES } from '../../base/errorClasses.ts';
import { LakebookError, type ErrorCode, type ErrorParameters } from '../../base/errors.ts';
import { spanOf } from '../span.ts';
import type { ConditionDeclaration, HandledCondition, HandlerDeclaration } from '../tree/script.ts';

/** Five of `A-Z0-9`, and no class of success or of the engine's own faults. */
export function isSqlState(text: string): boolean {
  return /^[A-Z0-9]{5}$/.test(text) && !/^(00|01|XX)/.test(text);
}

/**
 * What a block's handlers may be declared for: known conditions, each once.
 * @throws LakebookError INVALID_HANDLER_DECLARATION, DUPLICATE_EXCEPTION_HANDLER
 */
export function checkHandlers(text: string, handlers: readonly HandlerDeclaration[], declared: readonly (readonly ConditionDeclaration[])[]): void {
  const seen = new Set<string>();
  for (const handler of handlers) {
    checkCombination(text, handler);
    for (const condition of handler.conditions) {
      if (condition.kind === 'condition' && !isKnown(condition.name, declared)) fail(text, condition, 'INVALID_HANDLER_DECLARATION.CONDITION_NOT_FOUND', { condition: condition.name });
      const key = keyOf(condition);
      if (!seen.has(key)) seen.add(key);
      else if (condition.kind === 'sqlState') fail(text, condition, 'DUPLICATE_EXCEPTION_HANDLER.SQLSTATE', { sqlState: condition.sqlState });
      else fail(text, condition, 'DUPLICATE_EXCEPTION_HANDLER.CONDITION', { condition: key });
    }
  }
}

function checkCombination(text: string, { conditions }: HandlerDeclaration): void {
  const general = conditions.find(({ kind }) => kind === 'sqlException' || kind === 'notFound');
  if (general !== undefined && conditions.length > 1) fail(text, general, 'INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION', {});
  const seen = new Set<string>();
  for (const condition of conditions) {
    const key = keyOf(condition);
    if (!seen.has(key)) seen.add(key);
    else if (condition.kind === 'sqlState') fail(text, condition, 'INVALID_HANDLER_DECLARATION.DUPLICATE_SQLSTATE_IN_HANDLER_DECLARATION', { sqlState: condition.sqlState });
    else fail(text, condition, 'INVALID_HANDLER_DECLARATION.DUPLICATE_CONDITION_IN_HANDLER_DECLARATION', { condition: key });
  }
}

function keyOf(condition: HandledCondition): string {
  switch (condition.kind) {
    case 'sqlState':
      return `SQLSTATE ${condition.sqlState}`;
    case 'condition':
      return condition.name;
    case 'sqlException':
      return 'SQLEXCEPTION';
    case 'notFound':
      return 'NOT FOUND';
  }
}

/** Declared by a block around, or a class of errors (or the head of one with subclasses). */
function isKnown(name: string, declared: readonly (readonly ConditionDeclaration[])[]): boolean {
  if (declared.flat().some((condition) => condition.name.text.toUpperCase() === name)) return true;
  return Object.keys(ERROR_CLASSES).some((code) => code === name || code.startsWith(`${name}.`));
}

function fail<Code extends ErrorCode>(text: string, condition: HandledCondition, code: Code, parameters: ErrorParameters<Code>): never {
  throw new LakebookError(code, parameters, { span: spanOf(text, condition) });
}
