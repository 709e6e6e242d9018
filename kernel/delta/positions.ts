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

/** The positions of either; both ascend, and so does what comes back. */
export function unionOf(left: BigInt64Array, right: BigInt64Array): BigInt64Array {
  const merged = new BigInt64Array(left.length + right.length);
  let [count, leftAt, rightAt] = [0, 0, 0];
  while (leftAt < left.length && rightAt < right.length) {
    const [mine, other] = [left[leftAt] ?? 0n, right[rightAt] ?? 0n];
    if (mine <= other) leftAt += 1;
    if (other <= mine) rightAt += 1;
    merged[count] = mine <= other ? mine : other;
    count += 1;
  }
  const rest = leftAt < left.length ? left.subarray(leftAt) : right.subarray(rightAt);
  merged.set(rest, count);
  return merged.slice(0, count + rest.length);
}

/** Whether a position is in both; both ascend. */
export function intersects(left: BigInt64Array, right: BigInt64Array): boolean {
  let at = 0;
  for (const position of left) {
    while (at < right.length && (right[at] ?? 0n) < position) at += 1;
    if (at === right.length) return false;
    if (right[at] === position) return true;
  }
  return false;
}
