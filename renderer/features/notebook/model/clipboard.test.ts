import { describe, expect, it } from 'vitest';
import { MARKDOWN_CELL, SQL_CELL, type CellContent } from '../../../../kernel/notebook/notebookDocument.ts';
import { formatClipboard, parseClipboard } from './clipboard.ts';

describe('clipboard', () => {
  it('carries cells as a notebook and back', () => {
    const cells: CellContent[] = [
      { ...SQL_CELL, source: 'select 1\n-- "two" 😀' },
      { ...SQL_CELL, dialect: 'duckdb', source: 'from t' },
      { ...MARKDOWN_CELL, source: '# Title' },
      { type: 'code', language: 'python', source: 'print(1)', metadata: { tags: ['x'] } },
    ];
    const read = parseClipboard(formatClipboard(cells));
    expect(read?.map(({ type, language, dialect, source }) => ({ type, language, dialect, source }))).toEqual(
      cells.map(({ type, language, dialect, source }) => ({ type, language, dialect, source })),
    );
    expect(read?.[3]?.metadata).toEqual({ tags: ['x'] });
  });

  it.each([
    { name: 'plain text', text: 'select 1' },
    { name: 'other JSON', text: '{"rows": 3}' },
    { name: 'half a notebook', text: '{"nbformat": 4, "cells": [' },
    { name: 'nothing', text: '' },
  ])('takes no cells from $name', ({ text }) => {
    expect(parseClipboard(text)).toBeUndefined();
  });
});
