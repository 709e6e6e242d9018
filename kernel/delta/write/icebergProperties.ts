/** The version of Iceberg compatibility that is on; the lowest where several are. */
export function icebergCompatVersion(configuration: Readonly<Record<string, string>>): 1 | 2 | undefined {
  return ([1, 2] as const).find((version) => configuration[`delta.enableIcebergCompatV${version}`]?.toLowerCase() === 'true');
}
