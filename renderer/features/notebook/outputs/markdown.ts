import markdownIt, { type MarkdownIt } from 'markdown-it';
import { addMath } from './markdownMath.ts';

/** Pictures that a Markdown cell brings along, by name: MIME type to base64. */
export type Attachments = Readonly<Record<string, Readonly<Record<string, string>>>>;

const IMAGE_TYPES = /^image\/(png|jpeg|gif|webp|bmp)$/;

/**
 * Markdown as HTML. HTML in the source stays text, links have an address and nothing that follows it by itself, and
 * pictures come out of the notebook only. Formulas are elements `data-tex`, drawn later.
 */
export function renderMarkdown(source: string, attachments: Attachments = {}): string {
  return RENDERER.render(source, { attachments } satisfies MarkdownEnvironment);
}

interface MarkdownEnvironment {
  readonly attachments: Attachments;
}

const RENDERER = createRenderer();

function createRenderer(): MarkdownIt {
  const renderer = markdownIt({ html: false, linkify: false, typographer: false });
  renderer.use(addMath);
  renderer.validateLink = (url) => /^(https?:|mailto:|#|attachment:|data:image\/(png|jpeg|gif|webp|bmp);base64,|[^:]*$)/i.test(url.trim());
  const { escapeHtml } = renderer.utils;
  renderer.renderer.rules['image'] = (tokens, index, _options, environment) => {
    const source = String(tokens[index]?.attrGet('src') ?? '');
    const label = escapeHtml(tokens[index]?.content ?? '');
    const url = source.startsWith('data:') ? source : attachedImage(source, (environment as unknown as MarkdownEnvironment).attachments);
    if (url !== undefined) return `<img src="${escapeHtml(url)}" alt="${label}">`;
    return `<span class="missing-image" title="${escapeHtml(source)}">Picture not shown: ${label === '' ? escapeHtml(source) : label}</span>`;
  };
  return renderer;
}

function attachedImage(source: string, attachments: Attachments): string | undefined {
  const name = /^attachment:(.*)$/.exec(source)?.[1];
  const bundle = name === undefined ? undefined : (attachments[name] ?? attachments[decodeURIComponent(name)]);
  const [type, data] = Object.entries(bundle ?? {}).find(([mime]) => IMAGE_TYPES.test(mime)) ?? [];
  return type !== undefined && data !== undefined && /^[A-Za-z0-9+/=\s]+$/.test(data) ? `data:${type};base64,${data.replace(/\s/g, '')}` : undefined;
}
