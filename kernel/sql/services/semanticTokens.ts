import type { Located } from '../tree/expressions.ts';
import type { SqlSymbol, StatementModel } from './symbols.ts';

export type SemanticKind = 'table' | 'column' | 'function' | 'alias' | 'variable' | 'parameter' | 'field';
export interface SemanticToken extends Located {
  readonly kind: SemanticKind;
  readonly definition: boolean;
}

/** What names are, for colouring: what the lexer alone cannot tell. */
export function semanticTokens({ occurrences }: StatementModel): readonly SemanticToken[] {
  return occurrences.map(({ start, end, symbol, role }) => ({ start, end, kind: kindOf(symbol), definition: role === 'definition' }));
}

function kindOf(symbol: SqlSymbol): SemanticKind {
  switch (symbol.kind) {
    case 'table':
    case 'cte':
    case 'relation':
      return 'table';
    case 'window':
      return 'alias';
    case 'column':
    case 'function':
    case 'alias':
    case 'variable':
    case 'parameter':
    case 'field':
      return symbol.kind;
  }
}
