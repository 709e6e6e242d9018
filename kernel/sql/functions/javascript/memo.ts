const LIMIT = 100;

/** What a text (a pattern, a schema, a path) stands for, made once: a statement asks for the same few in each row. */
export function remembered<Value>(make: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || known.has(text)) return before as Value;
    if (known.size >= LIMIT) known.clear();
    const value = make(text);
    known.set(text, value);
    return value;
  };
}
