import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Tags of DER. https://www.itu.int/rec/T-REC-X.690 */
const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

const ECDSA_WITH_SHA256 = [1, 2, 840, 10_045, 4, 3, 2];
const COMMON_NAME = [2, 5, 4, 3];
const SUBJECT_ALTERNATIVE_NAME = [2, 5, 29, 17];
const BASIC_CONSTRAINTS = [2, 5, 29, 19];

const YEAR_MS = 365 * 86_400_000;

/**
 * A certificate for one name or IPv4 address of this machine that is its own authority: valid for a year before and
 * after `now`, with a key that nobody keeps. Node makes keys and signatures, but no certificates.
 * https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function makeCertificate(host: string, now = new Date()): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const name = sequence(
    der(SET, sequence(objectId(COMMON_NAME), der(UTF8_STRING, Buffer.from('kubernetes')))),
  );
  const signed = sequence(
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(now.getTime() - YEAR_MS), time(now.getTime() + YEAR_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      EXTENSIONS,
      sequence(
        extension(BASIC_CONSTRAINTS, sequence(TRUE), TRUE),
        extension(SUBJECT_ALTERNATIVE_NAME, sequence(alternativeName(host))),
      ),
    ),
  );
  const certificate = sequence(signed, algorithm, bits(sign('sha256', signed, privateKey)));
  return {
    cert: inPem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function alternativeName(host: string): Buffer {
  return isIPv4(host)
    ? der(IP_ADDRESS, Buffer.from(host.split('.').map(Number)))
    : der(DNS_NAME, Buffer.from(host));
}

function extension(id: readonly number[], value: Buffer, ...critical: readonly Buffer[]): Buffer {
  return sequence(objectId(id), ...critical, der(OCTET_STRING, value));
}

/** `261127091500Z` */
function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().slice(2, 19).replace(/\D/g, '');
  return der(UTC_TIME, Buffer.from(`${text}Z`));
}

/** The first two numbers share a byte; the others have seven bits a byte, the last of which has no mark. */
function objectId([first = 0, second = 0, ...others]: readonly number[]): Buffer {
  const bytes = others.flatMap((number) => {
    const groups = [number & 0x7f];
    for (let rest = number >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80);
    return groups;
  });
  return der(OBJECT_ID, Buffer.from([first * 40 + second, ...bytes]));
}

/** Whole bytes: no bit of the last is unused. */
function bits(value: Buffer): Buffer {
  return der(BIT_STRING, Buffer.concat([Buffer.from([0]), value]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(SEQUENCE, Buffer.concat(parts));
}

function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function inPem(label: string, value: Buffer): string {
  const lines = value.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
