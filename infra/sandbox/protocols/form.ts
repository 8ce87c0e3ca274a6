import { AwsError } from '../errors.ts';
import type { Invocation, WireRequest } from './protocol.ts';

/** Values by the parts of their names: `A.1.B=x` is `{ A: { 1: { B: 'x' } } }`. */
type FormTree = { [key: string]: FormTree | string };

/** The operation and parameters of a form; `A.member.1.B` and `A.1.B` are lists of structures. */
export function readForm(request: WireRequest): Invocation {
  const form = parseForm(request);
  const operation = form.get('Action');
  if (operation === null) {
    throw new AwsError('MissingAction', 'The request must contain the parameter Action.');
  }
  const root: FormTree = {};
  for (const [path, value] of form) {
    if (path !== 'Action' && path !== 'Version') {
      insert(root, path.split('.'), value);
    }
  }
  const params = Object.entries(root).map(([name, node]) => [name, toValue(node)] as const);
  return { operation, params: Object.fromEntries(params) };
}

/** A form is the body of a POST or the query string of a GET. */
export function parseForm({ method, query, body }: WireRequest): URLSearchParams {
  return method === 'GET' ? query : new URLSearchParams(body.toString('utf8'));
}

function insert(root: FormTree, path: readonly string[], value: string): void {
  let node = root;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    const child: FormTree = typeof next === 'object' ? next : {};
    node[key] = child;
    node = child;
  }
  node[path.at(-1) ?? ''] = value;
}

/** The tree as a value: nodes whose keys are numbers become lists. */
function toValue(node: FormTree | string): unknown {
  if (typeof node === 'string') {
    return node;
  }
  const { member } = node;
  if (typeof member === 'object' && Object.keys(node).length === 1) {
    return toValue(member);
  }
  const keys = Object.keys(node);
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) {
    return keys.toSorted((a, b) => Number(a) - Number(b)).map((key) => toValue(node[key] ?? ''));
  }
  return Object.fromEntries(keys.map((key) => [key, toValue(node[key] ?? '')]));
}
