/**
 * All values, or the first error, but only when everything has ended: what is still being opened could not be closed by
 * who cleans up after the error.
 */
export async function settleAll<Value>(promises: readonly Promise<Value>[]): Promise<readonly Value[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
