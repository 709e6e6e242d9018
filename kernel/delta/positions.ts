/** The positions of `left` that are not in `right`; both ascend. */
export function differenceOf(left: BigInt64Array, right: BigInt64Array): BigInt64Array {
  const kept = new BigInt64Array(left.length);
  let [count, at] = [0, 0];
  for (const position of left) {
    while (at < right.length && (right[at] ?? 0n) < position) at += 1;
    if (at < right.length && right[at] === position) continue;
    kept[count] = position;
    count += 1;
  }
  return kept.slice(0, count);
}
