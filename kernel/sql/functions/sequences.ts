import { call, literal } from '../plan/build.ts';
import type { Emission, EmissionContext, TypedExpression } from '../plan/expression.ts';
import { prettyText } from '../plan/pretty.ts';
import { implicitCast } from '../resolver/casting.ts';
import { commonType } from '../types/coercion.ts';
import { arrayOf, type DataType, isDatetime, isIntegral, isYearMonth } from '../types/dataType.ts';
import { toDuckDbType } from '../types/duckdbType.ts';
import { boundedCount, custom, type FunctionCall, type FunctionDefinition, whereBounded } from './definition.ts';
import { isUtc } from './temporalArithmetic.ts';

function resolveSequence(given: FunctionCall): TypedExpression {
  const { resolution, node, arguments: [from, to, step] } = given;
  const type = commonType(from!.type, to!.type, resolution.ansi);
  const integral = type !== undefined && isIntegral(type) && (step === undefined || isIntegral(step.type) || step.type.kind === 'void');
  const temporal = type !== undefined && isDatetime(type) && (step === undefined || step.type.kind === 'interval');
  if (integral) return integralSequence(given, step === undefined ? type : commonType(type, step.type, resolution.ansi)!);
  if (temporal) return temporalSequence(given, type);
  return resolution.fail(node, 'DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES', { expression: `sequence(${given.arguments.map(prettyText).join(', ')})`, function: 'sequence', start: '("TIMESTAMP" or "DATE")', step: '("INTERVAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")', other: '"INTEGRAL"' });
}

/** Spark fails where a step does not lead from the start to the end. */
function boundaries(from: string, to: string, step: string, size: string, context: EmissionContext): string {
  const illegal = context.error('UNSUPPORTED_FEATURE.LOCAL_ENGINE', `'Illegal sequence boundaries: ' || ${from} || ' to ' || ${to} || ' by ' || ${step}`);
  return `WHEN (${size} > 0 AND ${from} > ${to}) OR (${size} < 0 AND ${from} < ${to}) OR (${size} = 0 AND ${from} <> ${to}) THEN ${illegal} WHEN ${from} = ${to} THEN [${from}]`;
}

function integralSequence(given: FunctionCall, type: DataType): TypedExpression {
  const operands = given.arguments.map((operand) => implicitCast(given.resolution, operand, type));
  const emission: Emission = ([a, b, s], context) => {
    const step = s ?? `(CASE WHEN ${a} <= ${b} THEN 1 ELSE -1 END)`;
    const end = boundedEnd(a!, b!, s, context);
    const series = `generate_series(CAST(${a} AS BIGINT), CAST(${end} AS BIGINT), CAST(${step} AS BIGINT))`;
    const typed = type.kind === 'bigint' ? series : `CAST(${series} AS ${toDuckDbType(arrayOf(type))})`;
    const missing = [a, b, step].map((text) => `${text} IS NULL`).join(' OR ');
    return s === undefined ? typed : `CASE WHEN ${missing} THEN NULL ${boundaries(a!, b!, s, s, context)} ELSE ${typed} END`;
  };
  return call('sequence', arrayOf(type), operands, emission, given.node);
}

const SMALL = /^\(?-?\d{1,7}\)?$/;

/** The end, where the sequence does not become longer than what is run here. */
function boundedEnd(from: string, to: string, step: string | undefined, context: EmissionContext): string {
  if (SMALL.test(from) && SMALL.test(to)) return to;
  const distance = `abs(CAST(${to} AS HUGEINT) - CAST(${from} AS HUGEINT))`;
  const count = step === undefined ? distance : `${distance} // nullif(abs(CAST(${step} AS HUGEINT)), 0)`;
  return whereBounded(count, to, context);
}

/** Each moment is counted from the first, so that month ends do not drift. */
function temporalSequence(given: FunctionCall, type: DataType): TypedExpression {
  const { resolution, node, arguments: [from, to, step] } = given;
  const day = literal({ kind: 'interval', from: 'DAY', to: 'DAY' }, 86_400_000_000n, node);
  const operands = [implicitCast(resolution, from!, type), implicitCast(resolution, to!, type), step ?? day];
  if (type.kind === 'timestamp' && !isUtc(resolution.settings.timeZone)) return resolution.refuse(node, 'A sequence of timestamps outside of UTC', 'its days have no fixed length');
  const months = isYearMonth((step ?? day).type);
  const emission: Emission = ([a, b, by], context) => {
    const [at, kept] = [context.variable(), context.variable()];
    const [start, end] = [`CAST(${a} AS TIMESTAMP)`, `CAST(${b} AS TIMESTAMP)`];
    const size = step === undefined ? `(CASE WHEN ${a} <= ${b} THEN 86400000000 ELSE -86400000000 END)` : months ? `spark_months(${by})` : `epoch_us(${by})`;
    const count = months ? `(datediff('month', ${start}, ${end}) // ${size})` : `((epoch_us(${end}) - epoch_us(${start})) // ${size})`;
    const moved = months ? `${start} + to_months(CAST(${size} * ${at} AS INTEGER))` : `${start} + to_microseconds(CAST(${size} * ${at} AS BIGINT))`;
    const each = type.kind === 'date' ? `CAST(${moved} AS DATE)` : type.kind === 'timestamp' ? `CAST(${moved} AS TIMESTAMPTZ)` : moved;
    const inside = `CASE WHEN ${size} > 0 THEN ${kept} <= ${b} ELSE ${kept} >= ${b} END`;
    const missing = `${a} IS NULL OR ${b} IS NULL OR ${by} IS NULL`;
    return `CASE WHEN ${missing} THEN NULL ${boundaries(a!, b!, by!, size, context)} ELSE list_filter(list_transform(range(0, ${boundedCount(count, context)} + 1), lambda ${at}: ${each}), lambda ${kept}: ${inside}) END`;
  };
  return call('sequence', arrayOf(type), operands, emission, node, { pretty: (texts) => `sequence(${(step === undefined ? texts.slice(0, 2) : texts).join(', ')})` });
}

export const SEQUENCE_FUNCTIONS: readonly FunctionDefinition[] = [custom('array', 'sequence', 2, 3, resolveSequence)];
