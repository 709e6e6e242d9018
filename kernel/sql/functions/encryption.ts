import { call, literal } from '../plan/build.ts';
import type { TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { coerceInput, constantOf } from '../resolver/casting.ts';
import { BINARY, STRING } from '../types/dataType.ts';
import { quoteString } from '../types/duckdbType.ts';
import { custom, type FunctionCall, type FunctionDefinition, orFail } from './definition.ts';

/** Modes with the padding that each takes. */
const PADDINGS: Readonly<Record<string, readonly string[]>> = { ECB: ['PKCS', 'DEFAULT'], CBC: ['PKCS', 'DEFAULT'], GCM: ['NONE', 'DEFAULT'] };

/** `aes_encrypt(expr, key[, mode[, padding[, iv[, aad]]]])`; decrypting takes no iv, it stands before the bytes. */
function resolveAes(given: FunctionCall, encrypts: boolean): TypedExpression {
  const { resolution, node, name } = given;
  const [value, key, mode, padding, ...rest] = given.arguments;
  const bytes = (operand: TypedExpression | undefined, place: number): TypedExpression => (operand === undefined ? literal(BINARY, '', node) : coerceInput(resolution, operand, 'binary', place, () => `${name}(…)`));
  const text = (operand: TypedExpression | undefined, missing: string): string => {
    const constant = operand === undefined ? literal(STRING, missing, node) : constantOf(resolution, operand);
    return constant.kind === 'literal' && typeof constant.value === 'string' ? constant.value.toUpperCase() : resolution.refuse(operand!, `A mode or padding of ${name} that is no constant`, 'it is looked up before the statement runs');
  };
  const [chosen, padded] = [text(mode, 'GCM'), text(padding, 'DEFAULT')];
  if (PADDINGS[chosen]?.includes(padded) !== true) return resolution.fail(node, 'UNSUPPORTED_FEATURE.AES_MODE', { mode: chosen, padding: padded, functionName: name });
  const operands = [bytes(value, 0), bytes(key, 1), ...(encrypts ? [rest[0], rest[1]] : [undefined, rest[0]]).map((operand, place) => bytes(operand, place + 4))];
  const run = (texts: readonly string[]): string => `js_aes_${encrypts ? 'encrypt' : 'decrypt'}(${texts.join(', ')}, ${quoteString(chosen)})`;
  const pretty = (): string => `${name}(${given.arguments.map(prettyText).join(', ')})`;
  if (name === 'try_aes_decrypt') return call(name, BINARY, operands, (texts) => run(texts), node, { pretty });
  return call(name, BINARY, operands, (texts, context) => {
    const badKey = `octet_length(${texts[1]}) NOT IN (16, 24, 32)`;
    const ran = orFail(texts, run(texts), context.error('INVALID_PARAMETER_VALUE.AES_CRYPTO_ERROR', quoteString(name)));
    return `CASE WHEN ${badKey} THEN ${context.error('INVALID_PARAMETER_VALUE.AES_KEY_LENGTH', quoteString(name))} ELSE ${ran} END`;
  }, node, { pretty, volatile: encrypts && chosen !== 'ECB' });
}

export const ENCRYPTION_FUNCTIONS: readonly FunctionDefinition[] = [
  custom('misc', 'aes_encrypt', 2, 6, (given) => resolveAes(given, true)),
  custom('misc', 'aes_decrypt', 2, 5, (given) => resolveAes(given, false)),
  custom('misc', 'try_aes_decrypt', 2, 5, (given) => resolveAes(given, false)),
];
