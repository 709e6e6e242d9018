import type { Widget, WidgetChange } from '../rpc/widgets.ts';
import { widgetShape } from '../rpc/widgets.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { type NotebookDocument, notebookMetadataOf, readNotebookMetadata, setNotebookMetadata } from './notebookDocument.ts';

/** A widget with what a person set it to; its first value by default. */
export interface NotebookWidget extends Widget {
  readonly value: string;
}

/** Several choices of one widget, as its value holds them. */
export const CHOICE_SEPARATOR = ',';

/** The widgets that a notebook keeps in its metadata (`lakebook.widgets`); what is none is passed over. */
export function readWidgets(metadata: JsonObject): readonly NotebookWidget[] {
  const stored = objectOf(metadata['lakebook'])['widgets'];
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((entry) => {
    const widget = widgetShape.safeParse(entry);
    if (!widget.success) return [];
    const value = objectOf(entry)['value'];
    return [{ ...widget.data, value: typeof value === 'string' ? value : widget.data.initial }];
  });
}

/** The widgets after one was made or removed. One that is made again keeps its value where it still may have it. */
export function nextWidgets(widgets: readonly NotebookWidget[], change: WidgetChange): readonly NotebookWidget[] {
  const same = ({ name }: { readonly name: string }): boolean => name.toLowerCase() === change.name.toLowerCase();
  if (change.kind === 'remove') return widgets.filter((widget) => !same(widget));
  const { kind: _made, ...made } = change;
  const known = widgets.find(same);
  const value = known !== undefined && mayHave(made, known.value) ? known.value : made.initial;
  const widget = { ...made, value };
  return known === undefined ? [...widgets, widget] : widgets.map((each) => (same(each) ? widget : each));
}

function mayHave({ widget, choices }: Widget, value: string): boolean {
  if (widget === 'text' || widget === 'combobox') return true;
  return widget === 'dropdown' ? choices.includes(value) : value.split(CHOICE_SEPARATOR).every((each) => each === '' || choices.includes(each));
}

export function changeWidgets(doc: NotebookDocument, change: WidgetChange): void {
  writeWidgets(doc, nextWidgets(readWidgets(readNotebookMetadata(doc)), change));
}

export function setWidgetValue(doc: NotebookDocument, name: string, value: string): void {
  writeWidgets(doc, readWidgets(readNotebookMetadata(doc)).map((widget) => (widget.name === name ? { ...widget, value } : widget)));
}

function writeWidgets(doc: NotebookDocument, widgets: readonly NotebookWidget[]): void {
  const { widgets: _old, ...settings } = objectOf(readNotebookMetadata(doc)['lakebook']);
  const stored = widgets.map(({ name, widget, initial, choices, value }): JsonObject => ({ name, widget, initial, choices: [...choices], value }));
  const next: JsonObject = stored.length === 0 ? settings : { ...settings, widgets: stored };
  setNotebookMetadata(doc, 'lakebook', Object.keys(next).length === 0 ? undefined : next);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Calls back when the notebook's own metadata changed. */
export function watchNotebookMetadata(doc: NotebookDocument, listener: () => void): () => void {
  const metadata = notebookMetadataOf(doc);
  metadata.observe(listener);
  return () => metadata.unobserve(listener);
}
