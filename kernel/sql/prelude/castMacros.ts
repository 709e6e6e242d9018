import type { PreludeMacro } from './macro.ts';

/** Texts to values and back, the way Java and Spark read and write them. */
export const CAST_MACROS: readonly PreludeMacro[] = [
  // White space and control characters, as Java's reader of numbers leaves them out.
  { name: 'spark_trim', parameters: 's', body: `trim(s, '${Array.from({ length: 32 }, (_, code) => String.fromCharCode(code + 1)).join('')}\x7f')` },
  { name: 'spark_region', parameters: 's', body: String.raw`regexp_extract(s, '([A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)+|[A-Z]{3,4}(?:\d[A-Z]{3})?)\s*$', 1)` },
  { name: 'spark__digits', parameters: 't', body: String.raw`ltrim(replace(split_part(t, 'e', 1), '.', ''), '0')` },
  { name: 'spark__exp10', parameters: 't', body: String.raw`(CASE WHEN contains(t, 'e') THEN split_part(t, 'e', 2)::INTEGER ELSE 0 END) + (CASE WHEN split_part(split_part(t, 'e', 1), '.', 1) <> '0' THEN length(split_part(split_part(t, 'e', 1), '.', 1)) - 1 ELSE -1 - (length(split_part(split_part(t, 'e', 1), '.', 2)) - length(ltrim(split_part(split_part(t, 'e', 1), '.', 2), '0'))) END)` },
  { name: 'spark__sci', parameters: 'dg, ex', body: String.raw`dg[1] || '.' || CASE WHEN length(rtrim(dg[2:], '0')) = 0 THEN '0' ELSE rtrim(dg[2:], '0') END || 'E' || ex` },
  { name: 'spark__plain', parameters: 't', body: String.raw`CASE WHEN contains(t, '.') THEN t ELSE t || '.0' END` },
  { name: 'spark_dbl_str', parameters: 'x', body: String.raw`CASE WHEN x IS NULL THEN NULL WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END WHEN x = 0 THEN CASE WHEN signbit(x) THEN '-0.0' ELSE '0.0' END WHEN abs(x) >= 0.001::DOUBLE AND abs(x) < 10000000::DOUBLE THEN spark__plain(x::VARCHAR) ELSE (CASE WHEN x < 0 THEN '-' ELSE '' END) || spark__sci(spark__digits(abs(x)::VARCHAR), spark__exp10(abs(x)::VARCHAR)) END` },
  { name: 'spark_bool', parameters: 's', body: String.raw`CASE WHEN s IS NULL THEN NULL WHEN lower(spark_trim(s)) IN ('t','true','y','yes','1') THEN true WHEN lower(spark_trim(s)) IN ('f','false','n','no','0') THEN false ELSE ${malformed("'BOOLEAN'")} END` },
  { name: 'spark_try_to_date', parameters: 's', body: String.raw`CASE WHEN regexp_full_match(spark_trim(s), '[+-]?\d{4,7}(-\d{1,2}(-\d{1,2}([ T].*)?)?)?') THEN TRY(make_date(regexp_extract(spark_trim(s), '^([+-]?\d+)', 1)::INTEGER, coalesce(nullif(regexp_extract(spark_trim(s), '^[+-]?\d+-(\d{1,2})', 1), ''), '1')::INTEGER, coalesce(nullif(regexp_extract(spark_trim(s), '^[+-]?\d+-\d{1,2}-(\d{1,2})', 1), ''), '1')::INTEGER)) END` },
  { name: 'spark_try_bool', parameters: 's', body: String.raw`CASE WHEN lower(spark_trim(s)) IN ('t','true','y','yes','1') THEN true WHEN lower(spark_trim(s)) IN ('f','false','n','no','0') THEN false END` },
  { name: 'spark_int_guard', parameters: 's, ty', body: String.raw`CASE WHEN s IS NULL OR regexp_full_match(spark_trim(s), '[+-]?\d+') THEN spark_trim(s) ELSE ${malformed('ty')} END` },
  { name: 'spark_to_date', parameters: 's', body: String.raw`CASE WHEN s IS NULL THEN NULL ELSE coalesce(spark_try_to_date(s), ${malformed("'DATE'")}) END` },
  { name: 'spark__is_number', parameters: 's', body: String.raw`regexp_full_match(spark_trim(s), '(?i)[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[df]?|[+-]?(inf|infinity)|nan')` },
  { name: 'spark_number_text', parameters: 's', body: String.raw`CASE WHEN spark__is_number(s) THEN regexp_replace(spark_trim(s), '^([+-]?[0-9.]+(?:[eE][+-]?\d+)?)[dDfF]$', '\1') END` },
  { name: 'spark_number_guard', parameters: 's, ty', body: String.raw`CASE WHEN s IS NULL OR spark__is_number(s) THEN spark_number_text(s) ELSE ${malformed('ty')} END` },
  { name: 'spark_has_zone', parameters: 's', body: String.raw`regexp_matches(spark_trim(s), '\d:\d\d?(:\d\d?(\.\d*)?)?\s*([A-Za-z]|[+-]\d)')` },
  // Words that DuckDB takes for moments are none in Spark.
  { name: 'spark_timestamp_text', parameters: 's', body: String.raw`CASE WHEN regexp_full_match(spark_trim(s), '(?i)[+-]?inf(inity)?|epoch') THEN '?' || s WHEN regexp_full_match(spark_trim(s), '[+-]?\d{4,6}') THEN spark_trim(s) || '-01-01' WHEN regexp_full_match(spark_trim(s), '[+-]?\d{4,6}-\d{1,2}') THEN spark_trim(s) || '-01' WHEN regexp_full_match(spark_trim(s), 'T?\d{1,2}:\d{1,2}(:\d{1,2}(\.\d*)?)?') THEN CAST(current_date AS VARCHAR) || ' ' || ltrim(spark_trim(s), 'T') ELSE regexp_replace(spark_trim(s), '(\.\d{6})\d+', '\1') END` },
  { name: 'spark_local_text', parameters: 's', body: String.raw`regexp_replace(spark_timestamp_text(s), '(\d:\d\d?(?::\d\d?(?:\.\d*)?)?)\s*(?:[A-Za-z].*|[+-]\d.*)$', '\1')` },
  { name: 'spark_decimal_str', parameters: 't', body: String.raw`CASE WHEN regexp_full_match(t, '-?0\.0{6,}\d*[1-9]\d*') THEN regexp_replace(regexp_replace(t, '^(-?)0\.0*([1-9])(\d*)$', '\1\2.\3'), '\.$', '') || 'E-' || (length(regexp_extract(t, '\.(0*)', 1)) + 1) ELSE t END` },
  // Years with more or less than four digits have a sign in Java, and the year before the first is 0.
  { name: 'spark__before_text', parameters: 'y, rest', body: "CASE WHEN y > 0 THEN '-' ELSE '' END || format('{:04d}', y) || rest" },
  { name: 'spark__far_text', parameters: 't', body: "CASE WHEN contains(t, ' (BC)') THEN spark__before_text(CAST(split_part(t, '-', 1) AS INTEGER) - 1, replace(t[position('-' IN t):], ' (BC)', '')) ELSE '+' || t END" },
  { name: 'spark_moment_text', parameters: 'd', body: 'CASE WHEN year(d) BETWEEN 1 AND 9999 THEN CAST(d AS VARCHAR) ELSE spark__far_text(CAST(d AS VARCHAR)) END' },
  { name: 'spark_months', parameters: 'i', body: String.raw`CAST(datepart('year', i) * 12 + datepart('month', i) AS BIGINT)` },
  { name: 'spark_ym_str', parameters: 'i, f', body: String.raw`'INTERVAL ''' || CASE WHEN f = 'YEAR' THEN CAST(spark_months(i) // 12 AS VARCHAR) WHEN f = 'MONTH' THEN CAST(spark_months(i) AS VARCHAR) ELSE (CASE WHEN spark_months(i) < 0 THEN '-' ELSE '' END) || (abs(spark_months(i)) // 12) || '-' || (abs(spark_months(i)) % 12) END || ''' ' || f` },
  { name: 'spark__micros', parameters: 'i', body: String.raw`CAST(epoch_us(i) AS BIGINT)` },
  { name: 'spark__dt_second', parameters: 'm', body: String.raw`lpad(CAST((m // 1000000) % 60 AS VARCHAR), 2, '0') || CASE WHEN m % 1000000 = 0 THEN '' ELSE '.' || rtrim(lpad(CAST(m % 1000000 AS VARCHAR), 6, '0'), '0') END` },
  { name: 'spark__dt_part', parameters: 'm, f', body: String.raw`CASE f WHEN 'DAY' THEN CAST(m // 86400000000 AS VARCHAR) WHEN 'HOUR' THEN lpad(CAST((m // 3600000000) % 24 AS VARCHAR), 2, '0') WHEN 'MINUTE' THEN lpad(CAST((m // 60000000) % 60 AS VARCHAR), 2, '0') ELSE spark__dt_second(m) END` },
  { name: 'spark__dt_whole', parameters: 'm, f', body: String.raw`CASE f WHEN 'DAY' THEN CAST(m // 86400000000 AS VARCHAR) WHEN 'HOUR' THEN lpad(CAST(m // 3600000000 AS VARCHAR), CAST(greatest(2, length(CAST(m // 3600000000 AS VARCHAR))) AS INTEGER), '0') WHEN 'MINUTE' THEN lpad(CAST(m // 60000000 AS VARCHAR), CAST(greatest(2, length(CAST(m // 60000000 AS VARCHAR))) AS INTEGER), '0') ELSE lpad(CAST(m // 1000000 AS VARCHAR), CAST(greatest(2, length(CAST(m // 1000000 AS VARCHAR))) AS INTEGER), '0') || CASE WHEN m % 1000000 = 0 THEN '' ELSE '.' || rtrim(lpad(CAST(m % 1000000 AS VARCHAR), 6, '0'), '0') END END` },
  { name: 'spark__dt_rest', parameters: 'm, f, t', body: String.raw`CASE WHEN f = 'DAY' THEN ' ' || spark__dt_part(m, 'HOUR') ELSE '' END || CASE WHEN f IN ('DAY', 'HOUR') AND t IN ('MINUTE', 'SECOND') THEN ':' || spark__dt_part(m, 'MINUTE') ELSE '' END || CASE WHEN t = 'SECOND' THEN ':' || spark__dt_second(m) ELSE '' END` },
  { name: 'spark_dt_str', parameters: 'i, f, t', body: String.raw`'INTERVAL ''' || (CASE WHEN spark__micros(i) < 0 THEN '-' ELSE '' END) || spark__dt_whole(abs(spark__micros(i)), f) || CASE WHEN f = t THEN '' ELSE spark__dt_rest(abs(spark__micros(i)), f, t) END || ''' ' || CASE WHEN f = t THEN f ELSE f || ' TO ' || t END` },
];

/** Fails on the text `s`; `type` is SQL for the name of the type. */
function malformed(type: string): string {
  return `error('[CAST_INVALID_INPUT] The value ''' || s || ''' of the type "STRING" cannot be cast to "' || ${type} || '" because it is malformed. Correct the value as per the syntax, or change its target type. Use \`try_cast\` to tolerate malformed input and return NULL instead.')`;
}
