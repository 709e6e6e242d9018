/** A decoded Parquet variant: JSON values, with numbers as text so that none is rounded. */
export type VariantJson = null | boolean | string | readonly VariantJson[] | { readonly [name: string]: VariantJson };

/**
 * Decodes a variant of the Parquet encoding, apart from the product's own way of doing it, so that the two can be compared.
 * @see https://github.com/apache/parquet-format/blob/master/VariantEncoding.md
 */
export function decodeVariant(metadata: Uint8Array, value: Uint8Array): VariantJson {
  return decodeValue(value, decodeDictionary(metadata));
}

function decodeDictionary(bytes: Uint8Array): readonly string[] {
  const width = ((bytes[0] ?? 0) >> 6) + 1;
  const count = unsigned(bytes, 1, width);
  const start = 1 + width * (count + 2);
  const offset = (index: number): number => unsigned(bytes, 1 + width * (1 + index), width);
  return Array.from({ length: count }, (_, index) => text(bytes.subarray(start + offset(index), start + offset(index + 1))));
}

function decodeValue(bytes: Uint8Array, names: readonly string[]): VariantJson {
  const header = (bytes[0] ?? 0) >> 2;
  switch ((bytes[0] ?? 0) & 3) {
    case 0:
      return decodePrimitive(header, bytes.subarray(1));
    case 1:
      return text(bytes.subarray(1, 1 + header));
    case 2:
      return decodeObject(header, bytes.subarray(1), names);
    default:
      return decodeArray(header, bytes.subarray(1), names);
  }
}

function decodeObject(header: number, bytes: Uint8Array, names: readonly string[]): VariantJson {
  const [offsetWidth, idWidth, countWidth] = [(header & 3) + 1, ((header >> 2) & 3) + 1, (header & 16) === 0 ? 1 : 4];
  const count = unsigned(bytes, 0, countWidth);
  const offsets = countWidth + count * idWidth;
  const values = offsets + (count + 1) * offsetWidth;
  const entries = Array.from({ length: count }, (_, index) => {
    const name = names[unsigned(bytes, countWidth + index * idWidth, idWidth)] ?? '';
    return [name, decodeValue(bytes.subarray(values + unsigned(bytes, offsets + index * offsetWidth, offsetWidth)), names)] as const;
  });
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function decodeArray(header: number, bytes: Uint8Array, names: readonly string[]): VariantJson {
  const [offsetWidth, countWidth] = [(header & 3) + 1, (header & 4) === 0 ? 1 : 4];
  const count = unsigned(bytes, 0, countWidth);
  const values = countWidth + (count + 1) * offsetWidth;
  return Array.from({ length: count }, (_, index) => decodeValue(bytes.subarray(values + unsigned(bytes, countWidth + index * offsetWidth, offsetWidth)), names));
}

const WIDTHS: Readonly<Record<number, number>> = { 3: 1, 4: 2, 5: 4, 6: 8 };
const DECIMAL_WIDTHS: Readonly<Record<number, number>> = { 8: 4, 9: 8, 10: 16 };

function decodePrimitive(type: number, bytes: Uint8Array): VariantJson {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 0) return null;
  if (type === 1 || type === 2) return type === 1;
  const width = WIDTHS[type];
  if (width !== undefined) return String(signed(bytes, 0, width));
  const decimalWidth = DECIMAL_WIDTHS[type];
  if (decimalWidth !== undefined) return decimal(signed(bytes, 1, decimalWidth), bytes[0] ?? 0);
  switch (type) {
    case 7:
      return numberText(view.getFloat64(0, true));
    case 14:
      return numberText(view.getFloat32(0, true));
    case 11:
      return new Date(view.getInt32(0, true) * 86_400_000).toISOString().slice(0, 10);
    case 12:
      return `${microsText(view.getBigInt64(0, true))}+00:00`;
    case 13:
      return microsText(view.getBigInt64(0, true));
    case 15:
      return Buffer.from(bytes.subarray(4, 4 + view.getUint32(0, true))).toString('base64');
    case 16:
      return text(bytes.subarray(4, 4 + view.getUint32(0, true)));
    default:
      throw new Error(`variant type ${type}`);
  }
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

function microsText(micros: bigint): string {
  const [seconds, fraction] = [micros / 1_000_000n, ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n];
  const whole = micros < 0n && fraction !== 0n ? seconds - 1n : seconds;
  const digits = fraction === 0n ? '' : `.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`;
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19).replace('T', ' ')}${digits}`;
}

function decimal(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const plain = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return unscaled < 0n ? `-${plain}` : plain;
}

function signed(bytes: Uint8Array, at: number, width: number): bigint {
  let value = 0n;
  for (let index = width - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(bytes[at + index] ?? 0);
  return BigInt.asIntN(width * 8, value);
}

function unsigned(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
