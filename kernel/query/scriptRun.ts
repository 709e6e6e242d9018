import { LakebookError } from '../base/errors.ts';
import { spanOf } from '../sql/span.ts';
import type { Expression, Located } from '../sql/tree/expressions.ts';
import type { BlockNode, HandlerDeclaration, ScriptBranch, ScriptNode, ScriptNodeOf } from '../sql/tree/script.ts';
import type { Statement } from '../sql/tree/statements.ts';
import type { BoundValue } from '../sql/variables.ts';
import { bindStatement } from './bindStatement.ts';
import { pointAt } from './errorPlace.ts';
import type { PinningDependencies } from './pinnedTables.ts';
import { statementScope, type StatementScope } from './selectStatement.ts';
import type { StatementText } from './queryEngine.ts';
import type { QuerySession } from './querySession.ts';
import { conditionOf, diagnosticsValue, findHandler, type RaisedCondition, signalCondition } from './scriptConditions.ts';
import type { Variable } from './sessionVariables.ts';
import { prepareSparkStatement } from './sparkStatement.ts';
import type { StepGenerator } from './statementSteps.ts';
import { declaredVariables, findTargets, placed } from './variableStatements.ts';
import { evaluateExpression, type Evaluated, prepareValues, streamValues } from './values.ts';

export interface ScriptDependencies {
  readonly dependencies: PinningDependencies;
  readonly session: QuerySession;
  readonly signal: AbortSignal;
  /** A part of the script as a statement of its own. */
  readonly inner: (part: Located, tree: Statement) => StatementText;
  readonly steps: (statement: StatementText) => StepGenerator;
}

/** How a node ended, where that is not at its end. */
type Jump = { readonly kind: 'leave' | 'iterate'; readonly label: string } | { readonly kind: 'exit'; readonly block: ActiveBlock };
type NodeRun = AsyncGenerator<StepYield, Jump | undefined, unknown>;
type StepYield = StepGenerator extends AsyncGenerator<infer Step, unknown, unknown> ? Step : never;

interface ActiveBlock {
  readonly block: BlockNode;
  /** Frames of variables with this block's own. */
  readonly frames: number;
}

/** How long a script may think without letting others run. */
const BREATH_MS = 8;

/** One run of a script: its nodes in their order, each statement handed out as a step. */
export class ScriptRun {
  readonly #given: ScriptDependencies;
  /** Blocks whose handlers may act, innermost last. */
  #blocks: readonly ActiveBlock[] = [];
  /** What handlers are handling, innermost last. */
  #raised: readonly RaisedCondition[] = [];
  #breathedAtMs = performance.now();

  constructor(given: ScriptDependencies) {
    this.#given = given;
  }

  /** The answer is what the script failed with. */
  async *script(block: BlockNode): StepGenerator {
    try {
      yield* this.#block(block);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async *#nodes(nodes: readonly ScriptNode[]): NodeRun {
    for (const node of nodes) {
      const jump = yield* this.#guarded(node);
      if (jump !== undefined) return jump;
    }
    return undefined;
  }

  /** A node, and the handler of what it fails with. */
  async *#guarded(node: ScriptNode): NodeRun {
    try {
      await this.#breathe();
      return yield* this.#node(node);
    } catch (error) {
      return yield* this.#caught(error);
    }
  }

  /** What the handler of an error makes of it; the error again where there is none. */
  async *#caught(error: unknown): NodeRun {
    const raised = conditionOf(error, this.#given.signal);
    const found = raised === undefined ? undefined : findHandler(raised, this.#blocks.map(({ block }) => block));
    if (raised === undefined || found === undefined) throw error;
    const active = this.#blocks[found.depth]!;
    const jump = yield* this.#handle(found.handler, raised, found.depth);
    if (jump !== undefined) return jump;
    return found.handler.action === 'exit' ? { kind: 'exit', block: active } : undefined;
  }

  /** A handler sees its own block's variables; what it fails with is for the blocks around. */
  async *#handle(handler: HandlerDeclaration, raised: RaisedCondition, depth: number): NodeRun {
    const { variables } = this.#given.session;
    const [blocks, before] = [this.#blocks, this.#raised];
    const hidden = variables.hideFrom(blocks[depth]!.frames);
    this.#blocks = blocks.slice(0, depth);
    this.#raised = [...before, raised];
    try {
      return yield* this.#node(handler.body);
    } finally {
      [this.#blocks, this.#raised] = [blocks, before];
      variables.show(hidden);
    }
  }

  #node(node: ScriptNode): NodeRun {
    switch (node.kind) {
      case 'statement':
        return this.#statement(node.statement);
      case 'block':
        return this.#block(node);
      case 'if':
        return this.#if(node);
      case 'case':
        return this.#case(node);
      case 'while':
      case 'loop':
        return this.#while(node);
      case 'repeat':
        return this.#repeat(node);
      case 'for':
        return this.#for(node);
      case 'leave':
      case 'iterate':
        return done({ kind: node.kind, label: node.label.text.toLowerCase() });
      case 'signal':
        return this.#signal(node);
      case 'resignal':
        return this.#resignal(node);
      case 'getDiagnostics':
        return this.#getDiagnostics(node);
    }
  }

  async *#statement(tree: Statement): NodeRun {
    const statement = this.#given.inner(tree, tree);
    if (tree.kind === 'setVariables' || tree.kind === 'setVariablesFrom') {
      yield* this.#evaluated(tree, async () => prepareSparkStatement(this.#given.dependencies, statement, this.#given.session, this.#given.signal));
      return undefined;
    }
    const error = yield* this.#given.steps(statement);
    if (error !== undefined) throw pointAt(error, spanOf(statement.source, tree));
    return undefined;
  }

  async *#block(block: BlockNode): NodeRun {
    const { variables } = this.#given.session;
    const frames = variables.frameCount;
    variables.enter(block.label?.text);
    const around = this.#blocks;
    const active: ActiveBlock = { block, frames: variables.frameCount };
    this.#blocks = [...around, active];
    try {
      const jump = (yield* this.#declarations(block)) ?? (yield* this.#nodes(block.body));
      if (jump?.kind === 'exit' && jump.block === active) return undefined;
      return jump?.kind === 'leave' && jump.label === block.label?.text.toLowerCase() ? undefined : jump;
    } finally {
      this.#blocks = around;
      variables.leave(frames);
    }
  }

  /** The block's own handlers hear of what its declarations fail with. */
  async *#declarations({ variables }: BlockNode): NodeRun {
    for (const declaration of variables) {
      try {
        const declared = yield* this.#evaluated(declaration, async (context) => ({ value: await declaredVariables(await bindStatement(declaration, context), context), tables: [], files: [] }));
        for (const variable of declared.value) this.#placed(() => this.#given.session.variables.declareLocal(variable), declaration);
      } catch (error) {
        const jump = yield* this.#caught(error);
        if (jump !== undefined) return jump;
      }
    }
    return undefined;
  }

  async *#if({ branches, otherwise }: ScriptNodeOf<'if'>): NodeRun {
    for (const { when, body } of branches) if (yield* this.#holds(when)) return yield* this.#nodes(body);
    return yield* this.#nodes(otherwise);
  }

  async *#case({ operand, branches, otherwise }: ScriptNodeOf<'case'>): NodeRun {
    const subject = operand === undefined ? undefined : (yield* this.#value(operand)).value;
    for (const { when, body } of branches) {
      const taken = subject === undefined ? yield* this.#holds(when) : yield* this.#equals(subject, operand!, when);
      if (taken) return yield* this.#nodes(body);
    }
    return yield* this.#nodes(otherwise);
  }

  async *#equals(subject: BoundValue, operand: Expression, when: ScriptBranch['when']): AsyncGenerator<StepYield, boolean, unknown> {
    const { start, end } = when;
    const comparison: Expression = { kind: 'binary', operator: '=', left: { kind: 'constant', value: subject, start: operand.start, end: operand.end }, right: when, start, end };
    const { value } = yield* this.#value(comparison);
    return value.kind === 'plain' && value.value === true;
  }

  async *#while(node: ScriptNodeOf<'while'> | ScriptNodeOf<'loop'>): NodeRun {
    while (node.kind === 'loop' || (yield* this.#holds(node.condition))) {
      const jump = yield* this.#nodes(node.body);
      const next = loopJump(jump, node.label?.text);
      if (next !== 'iterate') return next.jump;
      await this.#breathe();
    }
    return undefined;
  }

  async *#repeat({ label, body, until }: ScriptNodeOf<'repeat'>): NodeRun {
    do {
      const jump = yield* this.#nodes(body);
      const next = loopJump(jump, label?.text);
      if (next !== 'iterate') return next.jump;
      await this.#breathe();
    } while (!(yield* this.#holds(until)));
    return undefined;
  }

  /** The rows come batch by batch while the body runs: however many there are, few are held. */
  async *#for({ label, row, query, body }: ScriptNodeOf<'for'>): NodeRun {
    const { session, dependencies, signal, inner } = this.#given;
    const statement = inner(query, query);
    const startedAtMs = Date.now();
    const context = statementScope(dependencies, statement, session, signal);
    const frames = session.variables.frameCount;
    let prepared: Awaited<ReturnType<typeof prepareValues>> | undefined;
    try {
      prepared = await prepareValues(await bindStatement(query, context), context);
      const { tables, files, columns } = prepared;
      checkRowNames(columns.map(({ name }) => name));
      if (tables.length + files.length > 0) yield { kind: 'evaluated', statement, startedAtMs, tables, files };
      for await (const portion of streamValues(prepared, context)) {
        for (const values of portion) {
          session.variables.enter(row?.text, values.map((value, index): Variable => ({ name: columns[index]!.name, type: value.type, value, initial: undefined })));
          const next = loopJump(yield* this.#nodes(body), label?.text);
          session.variables.leave(frames);
          if (next !== 'iterate') return next.jump;
          await this.#breathe();
        }
      }
      return undefined;
    } catch (error) {
      throw pointAt(error, spanOf(statement.source, query));
    } finally {
      session.variables.leave(frames);
      await prepared?.dispose();
    }
  }

  async *#signal(node: ScriptNodeOf<'signal'>): NodeRun {
    const message = node.message === undefined ? undefined : (yield* this.#value(node.message.value)).value;
    throw signalCondition(node, message, this.#blocks.map(({ block }) => block), spanOf(this.#source(node), node));
  }

  // eslint-disable-next-line require-yield -- it only raises, but is run as every node is
  async *#resignal(node: ScriptNodeOf<'resignal'>): NodeRun {
    const current = this.#raised.at(-1);
    if (current === undefined) throw new LakebookError('RESIGNAL_WITHOUT_ACTIVE_HANDLER', {}, { span: spanOf(this.#source(node), node) });
    throw current.error;
  }

  // eslint-disable-next-line require-yield -- as above
  async *#getDiagnostics({ items, ...located }: ScriptNodeOf<'getDiagnostics'>): NodeRun {
    const current = this.#raised.at(-1);
    if (current === undefined) throw new LakebookError('RESIGNAL_WITHOUT_ACTIVE_HANDLER', {}, { span: spanOf(this.#source(located), located) });
    const context = this.#context(located);
    for (const { target, item } of items) {
      const { parts, variable } = findTargets([target], context)[0]!;
      const { start, end } = target;
      const { value } = await evaluateExpression({ kind: 'cast', operand: diagnosticsValue(item, current, target), type: variable.type, mode: 'cast', start, end }, context);
      this.#given.session.variables.assign(parts, value, false);
    }
    return undefined;
  }

  /** A condition; one that is NULL or no boolean is none, but a query without rows does not hold. */
  async *#holds(expression: Expression): AsyncGenerator<StepYield, boolean, unknown> {
    const { value } = yield* this.#value(expression);
    const isBoolean = value.type.kind === 'boolean' && value.kind === 'plain';
    if (isBoolean && value.value !== null) return value.value === true;
    if (isBoolean && expression.kind === 'subquery') return false;
    const source = this.#source(expression);
    throw new LakebookError('INVALID_BOOLEAN_STATEMENT', { invalidStatement: source.slice(expression.start, expression.end).toUpperCase() }, { span: spanOf(source, expression) });
  }

  #value(expression: Expression): AsyncGenerator<StepYield, Evaluated<BoundValue>, unknown> {
    return this.#evaluated(expression, async (context) => {
      const tree = await bindStatement(expression, context);
      return evaluateExpression(tree, context);
    });
  }

  /** What the script itself finds out. It leaves a trace where it read something, or failed. */
  async *#evaluated<Found extends { readonly tables: Evaluated<unknown>['tables']; readonly files: readonly string[] }>(node: Located, evaluate: (context: StatementScope) => Promise<Found>): AsyncGenerator<StepYield, Found, unknown> {
    const startedAtMs = Date.now();
    const context = this.#context(node);
    const statement = this.#given.inner(node, { kind: 'refused', feature: 'An expression', reason: 'it is no statement', ...node });
    let found: Found;
    try {
      found = await evaluate(context);
    } catch (failure) {
      const error = this.#given.signal.aborted ? new LakebookError('OPERATION_CANCELED', {}, { cause: failure }) : pointAt(failure, spanOf(statement.source, node));
      yield { kind: 'evaluated', statement, startedAtMs, tables: [], files: [], error };
      throw error;
    }
    if (found.tables.length + found.files.length > 0) yield { kind: 'evaluated', statement, startedAtMs, tables: found.tables, files: found.files };
    return found;
  }

  #context(node: Located): StatementScope {
    const { dependencies, session, signal, inner } = this.#given;
    return statementScope(dependencies, inner(node, { kind: 'accepted', feature: '', ...node }), session, signal);
  }

  #source(node: Located): string {
    return this.#given.inner(node, { kind: 'accepted', feature: '', ...node }).source;
  }

  #placed(action: () => void, node: Located): void {
    placed(action, node, this.#context(node));
  }

  /** Lets others run now and then, and hears of an interrupt. */
  async #breathe(): Promise<void> {
    if (performance.now() - this.#breathedAtMs > BREATH_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#breathedAtMs = performance.now();
    }
    if (this.#given.signal.aborted) throw new LakebookError('OPERATION_CANCELED', {});
  }
}

// eslint-disable-next-line require-yield -- a node without steps
async function* done(jump: Jump): NodeRun {
  return jump;
}

/** @throws LakebookError VARIABLE_ALREADY_EXISTS where two columns of a row have one name */
function checkRowNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name.toLowerCase())) throw new LakebookError('VARIABLE_ALREADY_EXISTS', { variableName: `\`${name}\`` });
    seen.add(name.toLowerCase());
  }
}

/** What a loop makes of how its body ended: another round, or its own end. */
function loopJump(jump: Jump | undefined, label: string | undefined): 'iterate' | { readonly jump: Jump | undefined } {
  if (jump === undefined) return 'iterate';
  if (jump.kind === 'exit' || label === undefined || jump.label !== label.toLowerCase()) return { jump };
  return jump.kind === 'iterate' ? 'iterate' : { jump: undefined };
}
