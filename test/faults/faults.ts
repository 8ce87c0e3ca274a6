import type { Alteration, Fault, FaultKind } from '../../infra/sandbox/sandbox.ts';
import type { Listing } from '../../shared/aws/operation.ts';
import { editField, type Field, fieldsOf } from './fields.ts';
import type { DeclaredOperation } from './operations.ts';

/** One column of the matrix: what happens to the answers of an operation. */
export interface NamedFault {
  readonly name: string;
  /** The faults to set; those of the sandbox, without the operation. */
  readonly faults: readonly FaultOf[];
  /** It goes by, and must change nothing at all. */
  readonly passes?: true;
  /** It ends at a time limit. */
  readonly waits?: true;
  /** AWS gives no answer at all: that is told, whatever needs it. */
  readonly isRefused?: true;
}

type FaultOf = Fault extends infer F ? (F extends Fault ? Omit<F, 'operation'> : never) : never;

const FOR_EVER: readonly FaultKind[] = [
  'AccessDenied',
  'Throttling',
  'ServerError',
  'ServiceUnavailable',
  'ConnectionReset',
  'CutBody',
  'EmptyBody',
  'EmptyObject',
  'Html',
  'Malformed',
  'NotFound',
  'ExpiredToken',
];
const UNTIL_A_LIMIT: readonly FaultKind[] = ['Timeout', 'StalledBody', 'SlowBody'];
const TWICE: readonly FaultKind[] = ['Throttling', 'ServerError', 'ConnectionReset'];

/** The services whose answers are XML. */
const XML = /^(ec2|elasticloadbalancing|elasticloadbalancingv2|iam|s3|sts):/;

/** Everything that can happen to an operation, by what its schema reads. */
export function faultsOf({ operation, name }: DeclaredOperation): NamedFault[] {
  const answersAbsent = 'absent' in operation;
  const fields = fieldsOf(operation.answer);
  return [
    // Where "there is none" is an answer, it is no fault.
    ...FOR_EVER.filter((kind) => !(kind === 'NotFound' && answersAbsent)).map((kind) => ({
      name: kind,
      faults: [{ with: kind }],
      // What is gone is nothing to tell of.
      ...(kind !== 'NotFound' && { isRefused: true as const }),
    })),
    ...UNTIL_A_LIMIT.map((kind) => ({
      name: kind,
      faults: [{ with: kind }],
      waits: true as const,
      isRefused: true as const,
    })),
    ...TWICE.map((kind) => ({
      name: `${kind} twice`,
      faults: [{ with: kind, times: 2 }],
      passes: true as const,
    })),
    ...('token' in operation ? pagesOf(operation as unknown as Listing, fields) : []),
    ...fields.filter((field) => !isToken(field)).flatMap((field) => fieldFaults(field, XML.test(name))),
  ];
}

const TOKENS = ['nextToken', 'NextToken', 'NextMarker', 'Marker', 'NextContinuationToken'];

function isToken({ path }: Field): boolean {
  return path.length === 1 && TOKENS.includes(path[0] ?? '');
}

/** What can be wrong with the pages of a list. */
function pagesOf({ token }: Listing, fields: readonly Field[]): NamedFault[] {
  const answerToken = fields.find(isToken)?.path[0] ?? token;
  const lists = fields
    .filter(({ path, kind }) => path.length === 1 && kind === 'list')
    .map(({ path }) => path[0] ?? '');
  const wireToken = token === 'ContinuationToken' ? 'continuation-token' : token;
  const isSecond = (params: Readonly<Record<string, unknown>>) => params[wireToken] !== undefined;
  const again =
    (next: (params: Readonly<Record<string, unknown>>) => string): Alteration =>
    (answer, params) => {
      answer[answerToken] = next(params);
      if ('IsTruncated' in answer) answer.IsTruncated = true;
    };
  const onPage2 = (kind: FaultKind): NamedFault => ({
    name: `${kind} on page 2`,
    faults: [{ with: kind, match: isSecond }, { alter: again(() => 'page-2') }],
  });
  return [
    onPage2('AccessDenied'),
    onPage2('ServerError'),
    onPage2('EmptyObject'),
    { name: 'the same page for ever', faults: [{ alter: again(() => 'again') }] },
    {
      name: 'ever new pages',
      faults: [
        { alter: again((params) => `page-${Number(String(params[wireToken] ?? 'page-0').slice(5)) + 1}`) },
      ],
    },
    {
      name: 'everything twice',
      passes: true,
      faults: [
        {
          alter(answer) {
            for (const list of lists)
              if (Array.isArray(answer[list])) answer[list] = [...answer[list], ...answer[list]];
          },
        },
      ],
    },
  ];
}

/** Something of a type that no field has. */
const UNEXPECTED = { unexpected: 'x' };
const TYPED: readonly Field['kind'][] = ['text', 'number', 'boolean', 'time'];

function fieldFaults(field: Field, isXml: boolean): NamedFault[] {
  const { path, kind, absence } = field;
  const named = (
    what: string,
    edit: (holder: Record<string, unknown>, name: string) => void,
  ): NamedFault => ({
    name: `${path.join('.')} ${what}`,
    faults: [{ alter: (answer) => editField(answer, path, edit) }],
  });
  const set = (value: unknown) => (holder: Record<string, unknown>, name: string) => {
    holder[name] = value;
  };
  const leaveOut = (holder: Record<string, unknown>, name: string) => {
    delete holder[name];
  };
  return [
    named('left out', leaveOut),
    ...(kind === 'list'
      ? [
          named('with a hole', (holder, name) => {
            holder[name] = [null, ...[holder[name]].flat()];
          }),
        ]
      : []),
    // A list of everything may be empty.
    ...(kind === 'list' && path.length > 1 ? [named('is empty', set([]))] : []),
    // Of an empty element, and of a text where a list belongs, the SDK's reader of XML makes an empty list.
    ...(kind === 'list' && !isXml ? [named('is a text', set('text'))] : []),
    // Of a null the SDK's reader of JSON makes a field that is left out.
    ...(kind === 'list' && !isXml && absence === undefined ? [named('is null', set(null))] : []),
    ...(kind === 'structure' || kind === 'record' ? [named('is a text', set('text'))] : []),
    ...(kind === 'record'
      ? [
          named('has a structure for a value', (holder, name) => {
            holder[name] = { ...Object(holder[name]), unexpected: UNEXPECTED };
          }),
        ]
      : []),
    ...(TYPED.includes(kind) ? [named('is a structure', set(UNEXPECTED))] : []),
    ...(kind === 'boolean' || kind === 'time' ? [named('is another text', set('text'))] : []),
  ];
}
