import type { JavaScriptFunction } from '../../scalarFunctions.ts';
import { remembered } from './memo.ts';
import { RowError } from './rowError.ts';
import { MalformedXml, readXml, UnreadXml, type XmlNode } from './xmlReader.ts';
import { parseXPath, type XPath, type XPathStep } from './xpathParser.ts';

type XPathValue = string | number | boolean | readonly XmlNode[];
interface Focus {
  readonly node: XmlNode;
  readonly position: number;
  readonly size: number;
}

function stringValue(node: XmlNode): string {
  if (node.kind !== 'element' && node.kind !== 'document') return node.value;
  return node.children.map((child) => (child.kind === 'text' || child.kind === 'element' ? stringValue(child) : '')).join('');
}

function toText(value: XPathValue): string {
  if (typeof value === 'object') return value.length === 0 ? '' : stringValue(value[0]!);
  if (typeof value !== 'number') return String(value);
  const text = String(value === 0 ? 0 : value);
  if (text.includes('e')) throw new UnreadXml('a number this large or small as a text');
  return text;
}

function toNumber(value: XPathValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = toText(value).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  return /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
}

function toTruth(value: XPathValue): boolean {
  if (typeof value === 'object' || typeof value === 'string') return value.length > 0;
  return typeof value === 'boolean' ? value : value !== 0 && !Number.isNaN(value);
}

function toNodes(value: XPathValue): readonly XmlNode[] {
  if (typeof value !== 'object') throw new UnreadXml('what gives no nodes');
  return value;
}

function ordered(nodes: readonly XmlNode[]): readonly XmlNode[] {
  return [...new Set(nodes)].sort((a, b) => a.order - b.order);
}

function descendants(node: XmlNode): XmlNode[] {
  return node.children.flatMap((child) => [child, ...descendants(child)]);
}

function along({ axis }: XPathStep, node: XmlNode): readonly XmlNode[] {
  switch (axis) {
    case 'child':
      return node.children;
    case 'attribute':
      return node.attributes;
    case 'descendant':
      return descendants(node);
    case 'descendant-or-self':
      return [node, ...descendants(node)];
    case 'self':
      return [node];
    case 'parent':
      return node.parent === undefined ? [] : [node.parent];
  }
}

function passes({ axis, test }: XPathStep, node: XmlNode): boolean {
  if (test === 'node()') return true;
  if (test === 'text()' || test === 'comment()') return `${node.kind}()` === test;
  const principal = axis === 'attribute' ? 'attribute' : 'element';
  return node.kind === principal && (test === '*' || node.name === test);
}

function stepFrom(step: XPathStep, node: XmlNode): readonly XmlNode[] {
  let found = along(step, node).filter((each) => passes(step, each));
  for (const predicate of step.predicates) {
    const size = found.length;
    found = found.filter((each, index) => {
      const value = evaluate(predicate, { node: each, position: index + 1, size });
      return typeof value === 'number' ? value === index + 1 : toTruth(value);
    });
  }
  return found;
}

function rootOf(node: XmlNode): XmlNode {
  let root = node;
  while (root.parent !== undefined) root = root.parent;
  return root;
}

function evaluate(path: XPath, focus: Focus): XPathValue {
  switch (path.kind) {
    case 'text':
    case 'number':
      return path.value;
    case 'negate':
      return -toNumber(evaluate(path.operand, focus));
    case 'path': {
      let nodes: readonly XmlNode[] = [path.absolute ? rootOf(focus.node) : focus.node];
      for (const step of path.steps) nodes = ordered(nodes.flatMap((node) => stepFrom(step, node)));
      return nodes;
    }
    case 'call':
      return callFunction(path.name, path.arguments.map((argument) => () => evaluate(argument, focus)), focus);
    case 'binary':
      return combine(path.operator, evaluate(path.left, focus), () => evaluate(path.right, focus));
  }
}

function combine(operator: string, left: XPathValue, right: () => XPathValue): XPathValue {
  switch (operator) {
    case 'or':
      return toTruth(left) || toTruth(right());
    case 'and':
      return toTruth(left) && toTruth(right());
    case '|':
      return ordered([...toNodes(left), ...toNodes(right())]);
    case '+':
      return toNumber(left) + toNumber(right());
    case '-':
      return toNumber(left) - toNumber(right());
    case '*':
      return toNumber(left) * toNumber(right());
    case 'div':
      return toNumber(left) / toNumber(right());
    case 'mod':
      return toNumber(left) % toNumber(right());
    default:
      return compare(operator, left, right());
  }
}

/** Nodes are compared one by one: some of them has to hold. */
function compare(operator: string, left: XPathValue, right: XPathValue): boolean {
  if (typeof left === 'object' && typeof right !== 'boolean') return left.some((node) => compare(operator, stringValue(node), right));
  if (typeof right === 'object' && typeof left !== 'boolean') return right.some((node) => compare(operator, left, stringValue(node)));
  const equality = operator === '=' || operator === '!=';
  if (!equality) {
    const [a, b] = [toNumber(typeof left === 'object' ? toTruth(left) : left), toNumber(typeof right === 'object' ? toTruth(right) : right)];
    return operator === '<' ? a < b : operator === '>' ? a > b : operator === '<=' ? a <= b : a >= b;
  }
  const same = typeof left === 'boolean' || typeof right === 'boolean' ? toTruth(left) === toTruth(right) : typeof left === 'number' || typeof right === 'number' ? toNumber(left) === toNumber(right) : left === right;
  return operator === '=' ? same : !same;
}

function callFunction(name: string, given: readonly (() => XPathValue)[], focus: Focus): XPathValue {
  const value = (place: number): XPathValue => given[place]?.() ?? [focus.node];
  const text = (place: number): string => toText(value(place));
  switch (name) {
    case 'last':
      return focus.size;
    case 'position':
      return focus.position;
    case 'count':
      return toNodes(value(0)).length;
    case 'sum':
      return toNodes(value(0)).reduce((total, node) => total + toNumber(stringValue(node)), 0);
    case 'name':
      return toNodes(value(0))[0]?.name ?? '';
    case 'local-name':
      return (toNodes(value(0))[0]?.name ?? '').replace(/^.*:/, '');
    case 'boolean':
      return toTruth(value(0));
    case 'not':
      return !toTruth(value(0));
    case 'true':
    case 'false':
      return name === 'true';
    case 'number':
      return toNumber(value(0));
    case 'floor':
      return Math.floor(toNumber(value(0)));
    case 'ceiling':
      return Math.ceil(toNumber(value(0)));
    case 'round':
      return Math.floor(toNumber(value(0)) + 0.5);
    default:
      return textFunction(name, text, given.slice(1));
  }
}

function textFunction(name: string, text: (place: number) => string, rest: readonly (() => XPathValue)[]): XPathValue {
  switch (name) {
    case 'string':
      return text(0);
    case 'string-length':
      return Array.from(text(0)).length;
    case 'concat':
      return text(0) + rest.map((each) => toText(each())).join('');
    case 'contains':
      return text(0).includes(text(1));
    case 'starts-with':
      return text(0).startsWith(text(1));
    case 'substring-before':
      return text(0).slice(0, Math.max(0, text(0).indexOf(text(1))));
    case 'substring-after':
      return text(0).includes(text(1)) ? text(0).slice(text(0).indexOf(text(1)) + text(1).length) : '';
    case 'normalize-space':
      return text(0).replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
    case 'translate':
      return Array.from(text(0)).map((letter) => translated(letter, Array.from(text(1)), Array.from(text(2)))).join('');
    default:
      return substring(Array.from(text(0)), rest.map((each) => toNumber(each())));
  }
}

function translated(letter: string, from: readonly string[], to: readonly string[]): string {
  const place = from.indexOf(letter);
  return place < 0 ? letter : (to[place] ?? '');
}

function substring(letters: readonly string[], [start, length]: readonly number[]): string {
  const round = (value: number): number => Math.floor(value + 0.5);
  const from = round(start!);
  const end = length === undefined ? Number.POSITIVE_INFINITY : from + round(length);
  return letters.filter((_, index) => index + 1 >= from && index + 1 < end).join('');
}

const pathOf = remembered(parseXPath);

function result(name: string, xml: string, path: string): XPathValue | null {
  if (xml === '' || path === '') return null;
  try {
    return evaluate(pathOf(path), { node: readXml(xml), position: 1, size: 1 });
  } catch (error) {
    if (error instanceof MalformedXml) throw new RowError(`[FAILED_FUNCTION_CALL] ${name}`);
    if (error instanceof UnreadXml) throw new RowError(`[UNSUPPORTED_FEATURE.LOCAL_ENGINE] ${name} of ${error.message}`);
    throw error;
  }
}

function mapped<Value>(value: XPathValue | null, map: (value: XPathValue) => Value): Value | null {
  return value === null ? null : map(value);
}

/** Elements have no value of their own in Java. */
function nodeValues(nodes: readonly XmlNode[]): string {
  return JSON.stringify(nodes.map(({ kind, value }) => (kind === 'element' || kind === 'document' ? null : value)));
}

export const xpathFunctions: readonly JavaScriptFunction[] = [
  { name: 'js_xpath', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (xml, path) => mapped(result('xpath', xml as string, path as string), (value) => nodeValues(toNodes(value))) },
  { name: 'js_xpath_text', parameters: ['VARCHAR', 'VARCHAR'], returns: 'VARCHAR', evaluate: (xml, path) => mapped(result('xpath_string', xml as string, path as string), toText) },
  { name: 'js_xpath_truth', parameters: ['VARCHAR', 'VARCHAR'], returns: 'BOOLEAN', evaluate: (xml, path) => mapped(result('xpath_boolean', xml as string, path as string), toTruth) },
  { name: 'js_xpath_number', parameters: ['VARCHAR', 'VARCHAR'], returns: 'DOUBLE', evaluate: (xml, path) => mapped(result('xpath_number', xml as string, path as string), toNumber) },
];
