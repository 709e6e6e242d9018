export function isNarrowDecimalOverflow(_error: unknown): boolean { return false; }
export function mapRuntimeError(error: unknown, _resolved: unknown): unknown { return error; }
