/** Markdown whose first line is a heading of this level; a level that it has already stays. */
export function setHeading(markdown: string, level: number): string {
  return `${'#'.repeat(level)} ${markdown.replace(/^#{1,6}[ \t]+/, '')}`;
}
