import type { PreludeMacro } from './macro.ts';

/** Arrays: order is kept, NULL elements make answers unknown. */
export const LIST_MACROS: readonly PreludeMacro[] = [
  { name: 'spark_distinct', parameters: 'l', body: String.raw`list_filter(l, lambda x, i: CASE WHEN x IS NULL THEN len(list_filter(l[1:i], lambda y: y IS NULL)) = 1 ELSE list_position(l, x) = i END)` },
  { name: 'spark_list_cat', parameters: 'll', body: String.raw`CASE WHEN len(list_filter(ll, lambda x: x IS NULL)) > 0 THEN NULL ELSE flatten(ll) END` },
  { name: 'spark_slice', parameters: 'l, s, n', body: String.raw`CASE WHEN l IS NULL OR s IS NULL OR n IS NULL THEN NULL WHEN s = 0 THEN error('[INVALID_PARAMETER_VALUE.START] The value of parameter(s) ' || chr(96) || 'start' || chr(96) || ' in ' || chr(96) || 'slice' || chr(96) || ' is invalid: Expects a positive or a negative value for ' || chr(96) || 'start' || chr(96) || ', but got 0.') WHEN n < 0 THEN error('[INVALID_PARAMETER_VALUE.LENGTH] The value of parameter(s) ' || chr(96) || 'length' || chr(96) || ' in ' || chr(96) || 'slice' || chr(96) || ' is invalid: Expects ' || chr(96) || 'length' || chr(96) || ' greater than or equal to 0, but got ' || n || '.') WHEN s > 0 THEN l[s : s + n - 1] WHEN -s > len(l) THEN l[1:0] ELSE l[len(l) + s + 1 : len(l) + s + n] END` },
  { name: 'spark_contains', parameters: 'l, v', body: String.raw`CASE WHEN l IS NULL OR v IS NULL THEN NULL WHEN list_contains(l, v) THEN true WHEN len(list_filter(l, lambda x: x IS NULL)) > 0 THEN NULL ELSE false END` },
  { name: 'spark_overlap', parameters: 'a, b', body: String.raw`CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN list_has_any(list_filter(a, lambda x: x IS NOT NULL), list_filter(b, lambda x: x IS NOT NULL)) THEN true WHEN len(a) > 0 AND len(b) > 0 AND (len(list_filter(a, lambda x: x IS NULL)) > 0 OR len(list_filter(b, lambda x: x IS NULL)) > 0) THEN NULL ELSE false END` },
];
