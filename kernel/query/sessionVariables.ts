import { LakebookError } from '../base/errors.ts';
import type { BoundValue, FoundVariable } from '../sql/variables.ts';
import type { Expression } from '../sql/tree/expressions.ts';
import type { DataType } from '../sql/types/dataType.ts';

/** A variable with what `SET v = DEFAULT` brings back. */
export interface Variable {
  readonly name: string;
  readonly type: DataType;
  readonly value: BoundValue;
  readonly initial: Expression | undefined;
}

/** What a block of a script, or a row of FOR, brings into sight. `name` is its label or the row's name. */
interface Frame {
  readonly name: string | undefined;
  readonly variables: Map<string, Variable>;
}

/** Session variables, and while a script runs those of its blocks, innermost last. */
export class SessionVariables {
  readonly #session = new Map<string, Variable>();
  readonly #frames: Frame[] = [];

  /** The session's variables, to try something out with. */
  copy(): SessionVariables {
    const other = new SessionVariables();
    for (const [key, variable] of this.#session) other.#session.set(key, variable);
    return other;
  }

  get frameCount(): number {
    return this.#frames.length;
  }

  enter(name: string | undefined, variables: readonly Variable[] = []): void {
    this.#frames.push({ name: name?.toLowerCase(), variables: new Map(variables.map((variable) => [variable.name.toLowerCase(), variable])) });
  }

  /** Back to so many frames. */
  leave(frameCount: number): void {
    this.#frames.length = frameCount;
  }

  /** Takes the frames behind the first so many away, for as long as a handler runs. */
  hideFrom(frameCount: number): readonly Frame[] {
    return this.#frames.splice(frameCount);
  }

  show(frames: readonly Frame[]): void {
    this.#frames.push(...frames);
  }

  /** Those of the session, in the order in which they were declared. */
  list(): readonly Variable[] {
    return [...this.#session.values()];
  }

  find(parts: readonly string[], localsHidden = false): FoundVariable | undefined {
    const found = this.#locate(parts, localsHidden);
    return found === undefined ? undefined : { value: found.variable.value, qualifiedName: found.qualifiedName, used: found.used };
  }

  /** The variable of exactly this name. */
  get(parts: readonly string[], localsHidden: boolean): Variable | undefined {
    const found = this.#locate(parts, localsHidden);
    return found?.used === parts.length ? found.variable : undefined;
  }

  assign(parts: readonly string[], value: BoundValue, localsHidden: boolean): void {
    const found = this.#locate(parts, localsHidden);
    if (found !== undefined) found.home.set(found.variable.name.toLowerCase(), { ...found.variable, value });
  }

  /** @throws LakebookError VARIABLE_ALREADY_EXISTS */
  declareLocal(variable: Variable): void {
    const { variables } = this.#frames.at(-1)!;
    if (variables.has(variable.name.toLowerCase())) throw new LakebookError('VARIABLE_ALREADY_EXISTS', { variableName: `\`${variable.name}\`` });
    variables.set(variable.name.toLowerCase(), variable);
  }

  /** @throws LakebookError VARIABLE_ALREADY_EXISTS */
  declare(variable: Variable, replace: boolean): void {
    const key = variable.name.toLowerCase();
    if (!replace && this.#session.has(key)) throw new LakebookError('VARIABLE_ALREADY_EXISTS', { variableName: `\`system\`.\`session\`.\`${variable.name}\`` });
    this.#session.set(key, variable);
  }

  /** False where there is none of this name. */
  drop(name: string): boolean {
    return this.#session.delete(name.toLowerCase());
  }

  #locate(parts: readonly string[], localsHidden: boolean): { readonly variable: Variable; readonly home: Map<string, Variable>; readonly qualifiedName: string; readonly used: number } | undefined {
    const names = parts.map((part) => part.toLowerCase());
    for (const frame of localsHidden ? [] : [...this.#frames].reverse()) {
      const qualified = frame.name !== undefined && frame.name === names[0] ? frame.variables.get(names[1] ?? '') : undefined;
      if (qualified !== undefined) return { variable: qualified, home: frame.variables, qualifiedName: `local.${frame.name}.${qualified.name}`, used: 2 };
      const own = frame.variables.get(names[0]!);
      if (own !== undefined) return { variable: own, home: frame.variables, qualifiedName: `local.${frame.name ?? 'block'}.${own.name}`, used: 1 };
    }
    const behind = sessionPrefix(names);
    const variable = this.#session.get(names[behind] ?? '') ?? this.#session.get(names[0]!);
    if (variable === undefined) return undefined;
    const used = variable.name.toLowerCase() === names[behind] ? behind + 1 : 1;
    return { variable, home: this.#session, qualifiedName: `system.session.${variable.name}`, used };
  }
}

/** How many parts `session.` or `system.session.` take. */
export function sessionPrefix(names: readonly string[]): number {
  if (names.length > 2 && names[0] === 'system' && names[1] === 'session') return 2;
  return names.length > 1 && names[0] === 'session' ? 1 : 0;
}
