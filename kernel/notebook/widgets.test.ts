import { describe, expect, it } from 'vitest';
import { createNotebookDocument, readNotebookMetadata } from './notebookDocument.ts';
import { changeWidgets, nextWidgets, readWidgets, setWidgetValue, type NotebookWidget } from './widgets.ts';

const town: NotebookWidget = { name: 'town', widget: 'dropdown', initial: 'Oslo', choices: ['Oslo', 'Bergen'], value: 'Bergen' };
const { value: _value, ...townMade } = town;

describe('widgets of a notebook', () => {
  it.each([
    ['is added with its first value', [], { ...townMade, kind: 'create' }, [{ ...town, value: 'Oslo' }]],
    ['keeps its value when it is made again', [town], { ...townMade, name: 'Town', kind: 'create' }, [{ ...town, name: 'Town' }]],
    ['gives up a value that is no choice any more', [town], { ...townMade, choices: ['Oslo'], kind: 'create' }, [{ ...town, choices: ['Oslo'], value: 'Oslo' }]],
    ['goes when it is removed', [town], { kind: 'remove', name: 'TOWN' }, []],
  ] as const)('%s', (_, before, change, after) => {
    expect(nextWidgets(before, change.kind === 'create' ? { ...change, choices: [...change.choices] } : change)).toEqual(after);
  });

  it('are kept in the metadata, beside other settings, and leave nothing behind', () => {
    const doc = createNotebookDocument();
    changeWidgets(doc, { ...townMade, choices: [...townMade.choices], kind: 'create' });
    setWidgetValue(doc, 'town', 'Bergen');
    expect(readWidgets(readNotebookMetadata(doc))).toEqual([town]);
    changeWidgets(doc, { kind: 'remove', name: 'town' });
    expect(readNotebookMetadata(doc)).toEqual({});
  });

  it('are read from foreign metadata as far as they are widgets', () => {
    expect(readWidgets({ lakebook: { widgets: [1, { name: 'x' }, { name: 'town', widget: 'dropdown', initial: 'Oslo', choices: ['Oslo', 'Bergen'], value: 'Bergen' }] } })).toEqual([town]);
    expect(readWidgets({ lakebook: 5 })).toEqual([]);
  });
});
