import type { DataType } from '../types/dataType.ts';
import type { Expression, Located, NamePart } from './expressions.ts';
import type { Query } from './queries.ts';
import type { Statement } from './statements.ts';

/** Statements about session variables, and those whose text or course is known only when they run. */
export type VariableStatement =
  | {
      readonly kind: 'declareVariable';
      readonly replace: boolean;
      readonly names: readonly (readonly NamePart[])[];
      readonly type: DataType | undefined;
      readonly initial: Expression | undefined;
    }
  | { readonly kind: 'setVariables'; readonly assignments: readonly VariableAssignment[] }
  /** `SET VAR (a, b) = (query)`. */
  | { readonly kind: 'setVariablesFrom'; readonly targets: readonly VariableName[]; readonly query: Query }
  | { readonly kind: 'dropVariable'; readonly name: VariableName; readonly ifExists: boolean }
  | { readonly kind: 'executeImmediate'; readonly text: Expression; readonly into: readonly VariableName[]; readonly using: readonly UsingArgument[] }
  | { readonly kind: 'script'; readonly block: BlockNode };

export interface VariableName extends Located {
  readonly parts: readonly NamePart[];
}
export interface VariableAssignment {
  readonly target: VariableName;
  /** `DEFAULT` is an expression of its own kind. */
  readonly value: Expression;
}
export interface UsingArgument {
  readonly value: Expression;
  readonly name: NamePart | undefined;
}

/** `CREATE WIDGET` and `REMOVE WIDGET`: parameters that a person sets above a notebook. */
export type WidgetStatement =
  | { readonly kind: 'createWidget'; readonly widget: WidgetKind; readonly name: NamePart; readonly initial: string; readonly choices: readonly string[] | Query }
  | { readonly kind: 'removeWidget'; readonly name: NamePart };
export type WidgetKind = 'text' | 'dropdown' | 'combobox' | 'multiselect';

/** What may stand between `BEGIN` and `END`. */
export type ScriptNode = Located &
  (
    | { readonly kind: 'statement'; readonly statement: Statement }
    | Block
    | { readonly kind: 'if'; readonly branches: readonly ScriptBranch[]; readonly otherwise: readonly ScriptNode[] }
    | { readonly kind: 'case'; readonly operand: Expression | undefined; readonly branches: readonly ScriptBranch[]; readonly otherwise: readonly ScriptNode[] }
    | { readonly kind: 'while'; readonly label: NamePart | undefined; readonly condition: Expression; readonly body: readonly ScriptNode[] }
    | { readonly kind: 'repeat'; readonly label: NamePart | undefined; readonly body: readonly ScriptNode[]; readonly until: Expression }
    | { readonly kind: 'loop'; readonly label: NamePart | undefined; readonly body: readonly ScriptNode[] }
    | { readonly kind: 'for'; readonly label: NamePart | undefined; readonly row: NamePart | undefined; readonly query: Query; readonly body: readonly ScriptNode[] }
    | { readonly kind: 'leave' | 'iterate'; readonly label: NamePart }
    | { readonly kind: 'signal'; readonly condition: SignalledCondition; readonly message: SignalMessage | undefined }
    | { readonly kind: 'resignal' }
    | { readonly kind: 'getDiagnostics'; readonly items: readonly { readonly target: VariableName; readonly item: DiagnosticsItem }[] }
  );
export type ScriptNodeOf<Kind extends ScriptNode['kind']> = Extract<ScriptNode, { readonly kind: Kind }>;

/** `BEGIN … END`: declarations stand before the rest. */
interface Block {
  readonly kind: 'block';
  readonly label: NamePart | undefined;
  readonly conditions: readonly ConditionDeclaration[];
  readonly variables: readonly (Located & Extract<VariableStatement, { readonly kind: 'declareVariable' }>)[];
  readonly handlers: readonly HandlerDeclaration[];
  readonly body: readonly ScriptNode[];
}
export type BlockNode = Located & Block;

export interface ScriptBranch {
  readonly when: Expression;
  readonly body: readonly ScriptNode[];
}
export interface ConditionDeclaration extends Located {
  readonly name: NamePart;
  readonly sqlState: string;
}
export interface HandlerDeclaration extends Located {
  readonly action: 'exit' | 'continue';
  readonly conditions: readonly HandledCondition[];
  readonly body: ScriptNode;
}
export type HandledCondition = Located & ({ readonly kind: 'sqlState'; readonly sqlState: string } | { readonly kind: 'condition'; readonly name: string } | { readonly kind: 'sqlException' | 'notFound' });
export type SignalledCondition = { readonly kind: 'sqlState'; readonly sqlState: string } | { readonly kind: 'condition'; readonly name: NamePart };
export interface SignalMessage {
  readonly kind: 'text' | 'arguments';
  readonly value: Expression;
}
export type DiagnosticsItem = (typeof DIAGNOSTICS_ITEMS)[number];
export const DIAGNOSTICS_ITEMS = ['MESSAGE_TEXT', 'RETURNED_SQLSTATE', 'CONDITION_IDENTIFIER', 'MESSAGE_ARGUMENTS', 'LINE_NUMBER'] as const;
