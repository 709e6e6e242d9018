import { tokenize } from '../lexer.ts';
import type { Token } from '../tokens.ts';
import { documentFunction, type FunctionDocumentation } from '../functions/documentation.ts';
import type { Temporaries } from '../temporaries.ts';
import { documentRoutine } from './routines.ts';

export interface SignatureParameter {
  /** Offsets in the label. */
  readonly start: number;
  readonly end: number;
}
export interface Signature {
  readonly label: string;
  readonly parameters: readonly SignatureParameter[];
  /** Markdown. */
  readonly documentation: string;
}
export interface SignatureHelp {
  readonly signatures: readonly Signature[];
  readonly active: number;
  readonly activeParameter: number;
}

/** The call around an offset, and which of its arguments stands there. */
export function signatureAt(text: string, offset: number, temporaries?: Temporaries): SignatureHelp | undefined {
  const documentationOf = (name: string): FunctionDocumentation | undefined => documentFunction(name) ?? documentOwn(name, temporaries);
  const call = callAround(text, offset, documentationOf);
  const documentation = call && documentationOf(call.name);
  if (call === undefined || documentation === undefined) return undefined;
  const signatures = documentation.signatures.map((label) => ({ label, parameters: parametersOf(label), documentation: documentation.summary }));
  const fits = signatures.findIndex(({ parameters, label }) => label.includes('…') || call.argument < Math.max(1, parameters.length));
  const active = fits < 0 ? signatures.length - 1 : fits;
  const { parameters, label } = signatures[active]!;
  const last = Math.max(0, parameters.length - 1);
  return { signatures, active, activeParameter: label.includes('…') ? Math.min(call.argument, last) : call.argument };
}

function documentOwn(name: string, temporaries: Temporaries | undefined): FunctionDocumentation | undefined {
  const routine = temporaries?.routine(name);
  return routine && documentRoutine(routine);
}

/** The innermost name with an open bracket before the offset. */
function callAround(text: string, offset: number, known: (name: string) => unknown): { readonly name: string; readonly argument: number } | undefined {
  const tokens = tokenize(text).filter((token) => token.kind !== 'end' && token.start < offset && (token.end <= offset || token.kind === 'word'));
  let argument = 0;
  let depth = 0;
  for (let at = tokens.length - 1; at >= 0; at--) {
    const { key } = tokens[at]!;
    if (key === ';') return undefined;
    if (key === ')' || key === ']') depth++;
    else if (key === '[') depth--;
    else if (key === ',' && depth === 0) argument++;
    else if (key === '(') {
      if (depth > 0) {
        depth--;
        continue;
      }
      const name = nameBefore(tokens, at, known);
      if (name !== undefined) return { name, argument };
      argument = 0; // brackets of an expression: the call, if any, is outside of them
      depth = 0;
    }
  }
  return undefined;
}

function nameBefore(tokens: readonly Token[], bracket: number, known: (name: string) => unknown): string | undefined {
  const name = tokens[bracket - 1];
  return name?.kind === 'word' && known(name.text) !== undefined ? name.text : undefined;
}

/** The parameters of `lpad(value, length[, pad])`, by where they stand. */
function parametersOf(signature: string): readonly SignatureParameter[] {
  const open = signature.indexOf('(');
  const parameters: SignatureParameter[] = [];
  let start = -1;
  const close = (end: number): void => {
    if (start >= 0 && signature.slice(start, end).trim() !== '') parameters.push({ start, end: start + signature.slice(start, end).trimEnd().length });
    start = -1;
  };
  for (let at = open + 1; at < signature.length - 1; at++) {
    const sign = signature[at]!;
    if (sign === ',' || sign === '[' || sign === ']') close(at);
    else if (start < 0 && sign !== ' ') start = at;
  }
  close(signature.length - 1);
  return parameters;
}
