import { LakebookError } from '../base/errors.ts';
import { bindIdentifiers, bindParameters, identifierClauses, mayBind, type ParameterValues, parseNameText } from '../sql/binding.ts';
import { spanOf } from '../sql/span.ts';
import type { Expression, NamePart } from '../sql/tree/expressions.ts';
import { sqlName } from '../sql/types/dataType.ts';
import type { StatementScope } from './selectStatement.ts';
import { evaluateExpression } from './values.ts';

/**
 * The tree with values for its parameters and names for `IDENTIFIER(e)`. A script's statements are bound one by one, when
 * they run: its variables have values only then.
 */
export async function bindStatement<Tree extends { readonly start: number; readonly end: number; readonly kind: string }>(tree: Tree, context: StatementScope, parameters: ParameterValues = context.parameters): Promise<Tree> {
  if (tree.kind === 'script' || !mayBind(context.text.slice(tree.start, tree.end))) return tree;
  const bound = bindParameters(tree, parameters, context.text);
  const names = new Map<Expression, readonly NamePart[]>();
  for (const clause of identifierClauses(bound)) names.set(clause, await evaluateName(clause, context));
  return names.size === 0 ? bound : bindIdentifiers(bound, names);
}

/** @throws LakebookError NOT_A_CONSTANT_STRING, PARSE_SYNTAX_ERROR */
async function evaluateName(clause: Expression, context: StatementScope): Promise<readonly NamePart[]> {
  const span = spanOf(context.text, clause);
  const expression = context.text.slice(clause.start, clause.end);
  const { value } = await evaluateExpression(clause, context).catch((error: unknown) => {
    const unresolved = error instanceof LakebookError && error.code.startsWith('UNRESOLVED_COLUMN');
    throw unresolved ? new LakebookError('NOT_A_CONSTANT_STRING.NOT_CONSTANT', { expression, name: 'IDENTIFIER' }, { span, cause: error }) : error;
  });
  if (value.type.kind !== 'string') throw new LakebookError('NOT_A_CONSTANT_STRING.WRONG_TYPE', { expression, name: 'IDENTIFIER', type: sqlName(value.type).toLowerCase() }, { span });
  if (value.kind !== 'plain' || typeof value.value !== 'string') throw new LakebookError('NOT_A_CONSTANT_STRING.NULL', { expression, name: 'IDENTIFIER' }, { span });
  try {
    return parseNameText(value.value, clause);
  } catch (error) {
    throw error instanceof LakebookError && error.code === 'PARSE_SYNTAX_ERROR' ? new LakebookError('PARSE_SYNTAX_ERROR', { error: error.parameters['error'] ?? '', hint: '' }, { span, cause: error }) : error;
  }
}
