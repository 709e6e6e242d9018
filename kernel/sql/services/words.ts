import { tokenize } from '../lexer.ts';

/** What a text tells about the names that its user uses. */
export interface DocumentWords {
  /** Names and words, in lower case. */
  readonly used: ReadonlySet<string>;
  /** Names of `:parameters`. */
  readonly parameters: readonly string[];
}

export function readWords(text: string): DocumentWords {
  const used = new Set<string>();
  const parameters = new Set<string>();
  const tokens = tokenize(text);
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' && token.kind !== 'quoted') continue;
    used.add(token.text.toLowerCase());
    const colon = tokens[index - 1];
    const before = tokens[index - 2];
    const path = before !== undefined && !colon!.spaced && (before.kind === 'word' || before.kind === 'quoted' || before.key === ')' || before.key === ']');
    if (colon?.key === ':' && !token.spaced && !path) parameters.add(token.text);
  }
  return { used, parameters: [...parameters] };
}
